/** Which kernels this host gets. */
import { Binary } from "./binary.ts";
import { hostOf, type Host } from "./host.ts";
import type { Kernels } from "./kernels.ts";
import { plainKernels } from "./plain.ts";
import { relaxed, simd } from "./simd.generated.ts";
import { BinaryKernels } from "./simd.ts";

interface Candidate {
  readonly name: "simd" | "relaxed";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The best binary that the host says it can run. A host that does not know relaxed SIMD finds the first one invalid. */
function candidateFor(host: Host): Candidate | undefined {
  for (const [name, text] of [["relaxed", relaxed] as const, ["simd", simd] as const]) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    if (host.validate(bytes)) return { name, bytes };
  }
  return undefined;
}

/**
 * The fastest kernels to be had at once: of the binary with fused multiply-add, of the one without, or the plain ones.
 * Whatever keeps a host from running a binary (a policy of the page, no memory), the plain ones do the same work. They
 * are chosen, too, where the host would compile only asynchronously: see `createKernelsLater`.
 */
export function createKernels(scope: object = globalThis): Kernels {
  try {
    const host = hostOf(scope);
    const candidate = host && candidateFor(host);
    if (host === undefined || candidate === undefined) return plainKernels;
    return new BinaryKernels(candidate.name, new Binary(new host.Instance(new host.Module(candidate.bytes)).exports));
  } catch {
    return plainKernels;
  }
}

/**
 * As `createKernels`, but lets the host take its time. Older versions of Chrome refuse to compile more than 4 kB at once
 * in the main thread of a page.
 */
export async function createKernelsLater(scope: object = globalThis): Promise<Kernels> {
  try {
    const host = hostOf(scope);
    const candidate = host && candidateFor(host);
    if (host === undefined || candidate === undefined) return plainKernels;
    const { exports } = await host.instantiate(await host.compile(candidate.bytes));
    return new BinaryKernels(candidate.name, new Binary(exports));
  } catch {
    return plainKernels;
  }
}

const chosen: { kernels?: Kernels } = {};

/** The kernels of this program, made when they are first asked for. */
export function kernels(): Kernels {
  return (chosen.kernels ??= createKernels());
}

/**
 * The kernels of this program, waiting for the binary where the host compiles it only asynchronously. Await it before
 * the first computation: kernels that change halfway would change the last bits of exp, tanh and sigmoid.
 */
export async function prepareKernels(): Promise<Kernels> {
  if (kernels().name === "plain") chosen.kernels = await createKernelsLater();
  return kernels();
}

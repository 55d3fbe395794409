/** The functions of a program as a derivation begins with them: in core form, with what is known of their parameters. */
import { parametersMayAlias } from "./3-analyze/classes.ts";
import { effectsOf } from "./3-analyze/effects.ts";
import { reachable } from "./4-differentiate/activity-context.ts";
import { assertNoPullback } from "./4-differentiate/repeatable.ts";
import type { Aliasing } from "./4-differentiate/parameter-shadows.ts";
import { notYet } from "./diagnostics/catalog.ts";
import { DifferentiationError } from "./diagnostics/diagnostic.ts";
import { holdsMaybe, holdsTensorOrNumber, isFlat, isReference, sameType, shadowType } from "./ir/build.ts";
import type * as ir from "./ir/ir.ts";
import { guardStores } from "./2-normalize/guardStores.ts";
import { normalize } from "./2-normalize/normalize.ts";

/** The functions of a program by key; deriving adds to it. */
export type Functions = Map<string, ir.FunctionIR>;

/** The functions an entry reaches, each in core form with variables of its own, and with its stores looked after. */
export function coreOf(program: Functions, entry: string): Functions {
  assertNoPullback(program, entry);
  const core = new Map(
    reachable(program, entry).flatMap((key) => {
      const fn = program.get(key);
      return fn ? [[key, fn.primitive ? fn : normalize(fn, program)] as const] : [];
    }),
  );
  return guardStores(core, entry);
}

function isOneFlatType([first, ...others]: readonly ir.Type[]): boolean {
  return isFlat(first) && others.every((type) => sameType(type, first));
}

/** Which parameters may share objects that the function writes. This decides what is computed, not how fast. */
export function aliasingOf(core: Functions, entry: ir.FunctionIR): Aliasing {
  const program = { functions: core };
  const { writes } = effectsOf(program)(entry.key);
  const differentiable = entry.parameters.filter(
    (p) => isReference(p.type) && p.type.kind !== "tape" && shadowType(p.type),
  );
  const groups: number[][] = [];
  for (const parameter of differentiable) {
    const i = entry.parameters.indexOf(parameter);
    const group = groups.find((members) =>
      members.some((j) => parametersMayAlias(program, entry.key, entry.parameters[j], parameter)),
    );
    if (group) group.push(i);
    else groups.push([i]);
  }
  const written = differentiable.map((p) => entry.parameters.indexOf(p)).filter((i) => writes.has(i));
  const shared = written.filter((i) => !isFlat(entry.parameters[i].type));
  // The shadows of such parameters are made at run time from the values, which do not show an absent number.
  const together = [
    ...groups.filter((group) => group.length > 1 && !isOneFlatType(group.map((j) => entry.parameters[j].type))).flat(),
    ...shared,
  ];
  refuseUnclear(
    entry,
    together,
    holdsMaybe,
    "where numbers may be absent and objects shared",
    "give every number a value",
  );
  refuseUnclear(entry, written, holdsTensorOrNumber, "where tensors may be numbers", "use tensors alone");
  return { groups, shared: new Set(shared) };
}

/** Refuses parameters that are written and whose shadows cannot be made from what is known of their types. */
function refuseUnclear(
  entry: ir.FunctionIR,
  indices: readonly number[],
  isUnclear: (type: ir.Type) => boolean,
  problem: string,
  wayOut: string,
): void {
  const unclear = indices.map((i) => entry.parameters[i]).find((parameter) => isUnclear(parameter.type));
  if (!unclear) return;
  const what = `\`${entry.name}\`, which writes into \`${unclear.name}\`, ${problem},`;
  throw new DifferentiationError([notYet(entry.origin, what, `${wayOut}, or work on a copy`)]);
}

/** The wish, or the wish with a number where a function of the user has that name. */
export function freeName(program: Functions, { file }: ir.FunctionIR, wish: string): string {
  const isUsers = (name: string): boolean => {
    const known = program.get(`${file}#${name}`);
    return known !== undefined && !known.derivation;
  };
  let name = wish;
  for (let i = 2; isUsers(name); i++) name = `${wish}${i}`;
  return name;
}

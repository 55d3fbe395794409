/** What is likely a mistake though it can be derived. */
import { activity } from "./3-analyze/activity.ts";
import { effectsOf } from "./3-analyze/effects.ts";
import { unreturnedResult, zeroGradient } from "./diagnostics/catalog.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { shadowType } from "./ir/build.ts";
import type { FunctionIR } from "./ir/ir.ts";

type Functions = Map<string, FunctionIR>;

/** A warning for each parameter with a gradient that is zero by structure. */
export function zeroGradients(program: Functions, key: string, derived: string): readonly Diagnostic[] {
  const fn = program.get(key);
  const made = program.get(derived);
  const last = made?.body.at(-1);
  if (!fn || made?.derivation?.mode !== "gradient" || last?.kind !== "return") return [];
  const { wrt } = made.derivation;
  return last.values.flatMap((value, i) =>
    value.kind === "constant" && value.value === 0 && wrt[i] ? [zeroGradient(fn.origin, fn.name, wrt[i])] : [],
  );
}

/** A warning for each parameter that the function writes and that nothing of its result comes from. */
export function unreturnedResults(
  program: Functions,
  key: string,
  coreOf: (program: Functions, entry: string) => Functions,
): readonly Diagnostic[] {
  const fn = program.get(key);
  if (!fn || fn.derivation || fn.custom) return [];
  const { writes } = effectsOf({ functions: program })(key);
  if (writes.size === 0) return [];
  const core = coreOf(program, key);
  const parameters = core.get(key)?.parameters ?? [];
  const found = activity(
    { functions: core },
    key,
    parameters.map((_, i) => i),
    { apart: true },
  );
  return parameters
    .filter((parameter, i) => writes.has(i) && shadowType(parameter.type) && !found.isActive(parameter))
    .map((parameter) => unreturnedResult(fn.origin, fn.name, parameter.name));
}

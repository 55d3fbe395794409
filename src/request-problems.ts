/** Whether a function is one that a request can be made of. */
import * as catalog from "../transforms/diagnostics/catalog.ts";
import type { Diagnostic, Location } from "../transforms/diagnostics/diagnostic.ts";
import { holdsTensorOrNumber, shadowType } from "../transforms/ir/build.ts";
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { printType } from "../transforms/ir/print.ts";
import type { Mode, Request } from "../transforms/pipeline.ts";

/** Why a function cannot be differentiated as it is asked for; nothing if it can, as far as its types tell. */
export function requestProblems(fn: FunctionIR, { mode, wrt }: Request, at: Location): readonly Diagnostic[] {
  const problem = resultProblem(fn, mode, at);
  if (problem) return [problem];
  const everyNumber = (): number[] => [...fn.parameters.keys()].filter((i) => shadowType(fn.parameters[i].type));
  const chosen = wrt ?? (mode === "jvp" ? everyNumber() : [0]);
  return chosen.flatMap((i) => wrtProblem(fn, i, at) ?? []);
}

function resultProblem(fn: FunctionIR, mode: Mode, at: Location): Diagnostic | undefined {
  const { name, results, derivation } = fn;
  const returnsPullback = derivation?.mode === "vjp";
  if (results.length > 1 && !returnsPullback)
    return catalog.resultsNotOneValue(at, mode, name, derivation?.resultLabels ?? results.map(printType));
  const result = results.at(0);
  const isNumeric = result !== undefined && shadowType(result) !== undefined && !returnsPullback;
  const needsNumber = mode === "grad" || mode === "valueAndGrad" || mode === "hessian" || mode === "hvp";
  const isNumber = result?.kind === "real" || result?.kind === "index";
  if (!returnsPullback && (needsNumber ? isNumber : isNumeric)) return undefined;
  const type = returnsPullback ? "[value, pullback]" : (fn.resultAnnotation ?? (result ? printType(result) : "void"));
  return isNumeric ? catalog.resultNotOneNumber(at, mode, name, type) : catalog.resultNotNumeric(at, name, type);
}

function wrtProblem(fn: FunctionIR, index: number, at: Location): Diagnostic | undefined {
  const parameter = fn.parameters.at(index);
  if (!parameter) return catalog.wrtOutOfRange(at, fn.name, index, fn.parameters.length);
  const { name, type } = parameter;
  const annotation = parameter.annotation ?? printType(type);
  if (!shadowType(type)) return catalog.wrtNotNumeric(at, fn.name, name, annotation);
  // Its gradient would have to be of the kind that the value turns out to have, wherever it lies.
  return holdsTensorOrNumber(type) ? catalog.wrtTensorOrNumber(at, fn.name, name, annotation) : undefined;
}

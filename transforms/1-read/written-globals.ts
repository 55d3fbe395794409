/** Constants of a module whose object is written after all: under a second name, or by a function they are passed to. */
import { constrainFunction, declareFunction, newModel, nodeOf, type MemoryModel } from "../3-analyze/constraints.ts";
import { applyCall, copyShape, effectsOf, reachableFunctions, type Effects } from "../3-analyze/effects.ts";
import { find, reachableFrom, type MemoryNode } from "../3-analyze/memory.ts";
import type { Diagnostic } from "../diagnostics.ts";
import * as catalog from "../diagnostics.ts";
import { isReference } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { expressionsIn, statementsIn } from "../ir/visit.ts";

/** A diagnostic for each statement that may write a module's constant, in the functions that `key` reaches. */
export function writtenGlobals(functions: ReadonlyMap<string, ir.FunctionIR>, key: string): readonly Diagnostic[] {
  const program = { functions };
  const reached = [...reachableFunctions(program, [key])].flatMap((name) => functions.get(name) ?? []);
  if (!reached.some(usesGlobalObject)) return [];
  const effects = effectsOf(program);
  const found = reached.filter((fn) => !fn.derivation).flatMap((fn) => writesIn(fn, effects));
  return found.filter((each, i) => found.findIndex(({ message }) => message === each.message) === i);
}

function usesGlobalObject(fn: ir.FunctionIR): boolean {
  for (const part of expressionsIn(fn.body)) if (part.kind === "global" && isReference(part.type)) return true;
  return false;
}

function writesIn(fn: ir.FunctionIR, effects: Effects): readonly Diagnostic[] {
  const model = newModel();
  declareFunction(fn, model);
  constrainFunction(fn, model, (call) => applyCall(call, copyShape(effects(call.callee).shape, call, model), model));
  const found: Diagnostic[] = [];
  for (const statement of statementsIn(fn.body)) {
    const node = writtenNodes(statement, model, effects).find(isGlobal);
    if (node) found.push(catalog.writesModuleState(statement.origin ?? fn.origin, nameOf(node, model)));
  }
  return found;
}

/** The memory a statement itself writes. */
function writtenNodes(statement: ir.Statement, model: MemoryModel, effects: Effects): readonly MemoryNode[] {
  switch (statement.kind) {
    case "set":
      if (statement.target.kind === "read") return [];
      return [nodeOf(statement.target.kind === "element" ? statement.target.array : statement.target.record, model)];
    case "append":
    case "remove":
      return [nodeOf(statement.array, model)];
    case "call": {
      const { writes } = effects(statement.callee);
      const passed = statement.arguments.filter((_, i) => writes.has(i));
      return passed
        .flatMap((argument) => [...reachableFrom(nodeOf(argument, model))])
        .filter((node) => node.written.size > 0);
    }
    default:
      return [];
  }
}

/** In this model only what a constant of a module refers to comes from outside. */
function isGlobal(node: MemoryNode): boolean {
  return find(node).outside;
}

function nameOf(node: MemoryNode, model: MemoryModel): string {
  const found = [...model.globals].find(([, root]) => reachableFrom(root).has(find(node)));
  return found?.[0] ?? "a constant of the module";
}

/** `grad(f)` of an `f` that brings its own derivative. */
import { readCustom } from "../transforms/1-read/custom.ts";
import { newSession, type ReadContext } from "../transforms/1-read/read.ts";
import { Refusal, type Scope } from "../transforms/1-read/scope.ts";
import { cotangentExport } from "../transforms/1-read/symbols.ts";
import * as catalog from "../transforms/diagnostics.ts";
import { read, variable } from "../transforms/ir/build.ts";
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { ts } from "../transforms/typescript.ts";

const kinds: readonly string[] = ["customVjp", "customJvp", "customRule"];

/**
 * Reads the rule that `call` makes; the key is that of a function which only calls it, so that the rule is used.
 * Undefined where the call makes no rule. Throws a DifferentiationError where it is refused.
 */
export function readCustomRule(call: ts.CallExpression, context: Omit<ReadContext, "report">): string | undefined {
  const kind = cotangentExport(call.expression, context.checker);
  if (kind === undefined || !kinds.includes(kind)) return undefined;
  const diagnostics: catalog.Diagnostic[] = [];
  const scope = scopeOf(call, { ...context, report: (diagnostic) => diagnostics.push(diagnostic) });
  try {
    return callOf(readCustom(scope, call, kind).key, context.program);
  } catch (error) {
    if (error instanceof Refusal) throw new catalog.DifferentiationError(diagnostics);
    throw error;
  }
}

/** Nothing is read in this scope but the rule. */
function scopeOf(call: ts.CallExpression, context: ReadContext): Scope {
  const node = ts.factory.createArrowFunction(undefined, undefined, [], undefined, undefined, ts.factory.createBlock([]));
  const tables = { variables: new Map(), functions: new Map(), indexSymbols: new Set<ts.Symbol>(), nonNegative: new Set<never>() };
  const key = call.getSourceFile().fileName;
  const start = { results: [], callers: [], jumps: [], inlined: undefined, out: [], origin: undefined, failed: false };
  return { session: newSession(context), checker: context.checker, node, key, ...tables, ...start };
}

function callOf(key: string, program: Map<string, FunctionIR>): string {
  const fn = program.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  const made = `${key}()`;
  const { custom: _rule, ...plain } = fn;
  const parameters = fn.parameters.map((parameter) => variable(parameter.name, parameter.type, "parameter", parameter));
  const results = fn.results.map((type) => variable("value", type));
  const { origin } = fn;
  program.set(made, {
    ...plain,
    key: made,
    parameters,
    body: [
      { kind: "call", results, callee: key, arguments: parameters.map(read), origin },
      { kind: "return", values: results.map(read), origin },
    ],
  });
  return made;
}

/** The first pass: a TypeScript function, and every function it calls, as surface IR. */
import type { Diagnostic } from "../diagnostics.ts";
import type { FunctionIR } from "../ir/ir.ts";
import type { ts } from "../typescript.ts";
import { functionName } from "./functions.ts";
import { withNamesNotFound } from "./names-not-found.ts";
import { readSpecialised, unspecialised } from "./read-function.ts";
import type { Session } from "./scope.ts";
import { enclosingFunction } from "./symbols.ts";
import { writtenGlobals } from "./written-globals.ts";

export interface ReadContext {
  readonly checker: ts.TypeChecker;
  /**
   * Called when the code being read calls a derivative (`grad(f)(x)`, or `df(x)` where `const df = grad(f)`), with the
   * call `grad(f)`: returns the key of the derived function, which is in `program` afterwards. Throws a
   * `DifferentiationError` where it cannot be derived.
   */
  readonly derivative: (call: ts.CallExpression) => string;
  /** Filled by reading: the function and all callees it reaches. */
  readonly program: Map<string, FunctionIR>;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The files of the program, where something may write a constant that holds functions. */
  readonly files?: () => readonly ts.SourceFile[];
  /** What TypeScript itself finds wrong in a file; errors inside functions that are read are reported. */
  readonly typeErrors?: (file: ts.SourceFile) => readonly ts.Diagnostic[];
}

/**
 * Reads one function (declaration, arrow function, function expression) and every function it calls into
 * `context.program`, in surface form. Returns its key, or undefined if it was refused; then the diagnostics were
 * reported.
 */
export function readFunction(node: ts.FunctionLikeDeclaration, context: ReadContext): string | undefined {
  const session = newSession(context);
  const file = node.getSourceFile().fileName;
  const around = enclosingFunction(node);
  const owner = around ? `${file}#${functionName(around)}` : file;
  const value = { kind: "function", node, functions: new Map(), types: new Map(), owner } as const;
  const key = readSpecialised(session, context.checker, unspecialised(value, []));
  const writes = key === undefined ? [] : writtenGlobals(context.program, key);
  writes.forEach(session.context.report);
  if (key !== undefined && writes.length > 0) context.program.delete(key);
  return writes.length > 0 ? undefined : key;
}

/** A session of reading, in which nothing is reported twice. */
export function newSession(context: ReadContext): Session {
  const reported = new Set<string>();
  const report = (diagnostic: Diagnostic): void => {
    const key = `${diagnostic.code} ${diagnostic.file} ${diagnostic.start}`;
    if (reported.has(key)) return;
    reported.add(key);
    context.report(withNamesNotFound(diagnostic, context));
  };
  return {
    context: { ...context, report },
    refused: new Set(),
    writtenGlobals: new Map(),
    reportedState: new Set(),
    sharedStructures: new Map(),
  };
}

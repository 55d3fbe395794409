import type { ts } from "../typescript.ts";
import { readCustom } from "./custom.ts";
import { Refusal, type Scope, type Session } from "./scope.ts";

/** Reads a rule outside any function (`grad(square)` where `square = customVjp(…)`); undefined if it was refused. */
export function readCustomConstant(session: Session, checker: ts.TypeChecker, call: ts.CallExpression, kind: string): string | undefined {
  const file = call.getSourceFile().fileName;
  const scope: Scope = {
    session,
    checker,
    node: call as unknown as ts.FunctionLikeDeclaration,
    key: file,
    variables: new Map(),
    functions: new Map(),
    indexSymbols: new Set(),
    nonNegative: new Set(),
    results: [],
    callers: [],
    jumps: [],
    inlined: undefined,
    out: [],
    origin: undefined,
    failed: false,
  };
  try {
    return readCustom(scope, call, kind).key;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

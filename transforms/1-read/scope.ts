/** What reading one function carries along: its variables, the block being written, and where jumps lead. */
import type { Diagnostic, Location, RelatedPlace } from "../diagnostics.ts";
import { DifferentiationError, withRelated } from "../diagnostics.ts";
import { read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { ts } from "../typescript.ts";
import type { Known, Slot } from "./known.ts";
import type { Pullback, PullbackPair } from "./pullbacks.ts";
import type { ReadContext } from "./read.ts";
import type { TypeBindings } from "./types.ts";

/** A loop, switch or labelled block around the statement being read. */
export interface Jump {
  readonly name: string | undefined;
  readonly breakLabel: ir.Label;
  /** Absent for a switch and a labelled block. */
  readonly continueLabel: ir.Label | undefined;
  /** A `break` without a label does not leave a labelled block. */
  readonly plain: boolean;
  readonly used: Set<ir.Label>;
}

/** State shared by all functions read by one call of `readFunction`. */
export interface Session {
  readonly context: ReadContext;
  /** Functions that were refused; their diagnostics are reported already. */
  readonly refused: Set<string>;
  readonly writtenGlobals: Map<ts.Symbol, boolean>;
  /** State of modules that was reported already. */
  readonly reportedState: Set<ts.Symbol>;
  /** Constants of modules that hold functions, with the place where something may write them, if there is one. */
  readonly sharedStructures: Map<ts.Symbol, ts.Node | undefined>;
}

/** One iteration of a loop (or of calls of a callback) that is written out. */
export interface Iteration {
  readonly node: ts.Node;
  readonly count: number;
}

export interface Scope {
  readonly session: Session;
  readonly checker: ts.TypeChecker;
  /** The function being read; undefined for the constants of a module. */
  readonly node: ts.FunctionLikeDeclaration | undefined;
  readonly key: string;
  /** Key of the function around the one being read, or its file. */
  readonly owner: string;
  readonly variables: Map<ts.Symbol, ir.Variable>;
  /** Names of functions, and of what holds functions. */
  readonly functions: Map<ts.Symbol, Known>;
  /** Parameters whose argument is known. */
  readonly bound: ReadonlyMap<ts.ParameterDeclaration, Known>;
  /** The data in what is known. */
  readonly slots: Map<Slot, ir.Expression>;
  /** Counters of loops that are written out, as they are in the iteration being read. */
  readonly constants: Map<ts.Symbol, number>;
  /** The iterations of such loops around the statement being read. */
  iterations: readonly Iteration[];
  /** What type parameters stand for. */
  readonly types: TypeBindings;
  readonly indexSymbols: ReadonlySet<ts.Symbol>;
  /** Names for what `vjp(f)(x)` gives, and for its pullback. */
  readonly pairs: Map<ts.Symbol, PullbackPair>;
  readonly pullbacks: Map<ts.Symbol, Pullback>;
  /** Variables that name objects which a pullback needs as they are. */
  readonly kept: Set<ir.Variable>;
  /** Variables that are never negative. */
  readonly nonNegative: Set<ir.Variable>;
  readonly results: readonly ir.Type[];
  /** The calls that led here, the nearest first. */
  readonly callers: readonly RelatedPlace[];
  jumps: readonly Jump[];
  /** Where `return` leads inside an inlined callback. */
  inlined: { readonly label: ir.Label; readonly result: ir.Variable | undefined } | undefined;
  out: ir.Statement[];
  origin: ir.Origin | undefined;
  failed: boolean;
}

/** Thrown after a diagnostic was reported, to leave the statement being read. */
export class Refusal extends Error {}

/** Reports a diagnostic and leaves the statement being read. */
export function refuse(scope: Scope, diagnostic: Diagnostic): never {
  scope.session.context.report(scope.callers.length > 0 ? withRelated(diagnostic, ...scope.callers) : diagnostic);
  throw new Refusal();
}

/** Runs a step of a later stage; what it refuses is reported, and the statement being read is left. */
export function reportAll<T>(scope: Scope, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof DifferentiationError)) throw error;
    error.diagnostics.forEach(scope.session.context.report);
    throw new Refusal();
  }
}

/** Where a node stands in its file. */
export function locationOf(node: ts.Node): Location {
  const file = node.getSourceFile();
  const start = node.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { file: file.fileName, start, end: node.getEnd(), line: line + 1, column: character + 1 };
}

/** The origin of the statements that a node becomes: its text on one line, only up to `head` for a compound statement. */
export function originOf(node: ts.Node, head?: number): ir.Origin {
  const file = node.getSourceFile();
  const at = locationOf(node);
  const end = head ?? at.end;
  const text = file.text.slice(at.start, end).replace(/\s+/g, " ").trim();
  return { ...at, end, text: text.replace(/;$/, "") };
}

/** Writes a statement at the end of the current block. */
export function emit(scope: Scope, statement: ir.Statement): void {
  scope.out.push(scope.origin && !statement.origin ? { ...statement, origin: scope.origin } : statement);
}

/** The statements that `write` emits, as a block of their own. */
export function capture(scope: Scope, write: () => void): ir.Statement[] {
  const outer = scope.out;
  const origin = scope.origin;
  scope.out = [];
  try {
    write();
    return scope.out;
  } finally {
    scope.out = outer;
    scope.origin = origin;
  }
}

/** A value together with the statements that must run before it. */
export function captureValue<T>(scope: Scope, write: () => T): { statements: ir.Statement[]; value: T } {
  const results: T[] = [];
  const statements = capture(scope, () => results.push(write()));
  return { statements, value: results[0] };
}

/** Gives a value a name of the compiler's own. */
export function nameValue(scope: Scope, value: ir.Expression, name = "value", type: ir.Type = typeOf(value)): ir.Read {
  const temporary = variable(name, type);
  emit(scope, { kind: "let", variable: temporary, value });
  return read(temporary);
}

/** Runs `write` with another origin for what it emits. */
export function withOrigin<T>(scope: Scope, origin: ir.Origin, write: () => T): T {
  const outer = scope.origin;
  scope.origin = origin;
  try {
    return write();
  } finally {
    scope.origin = outer;
  }
}

/** The scope of what stands outside of functions. */
export function moduleScope(session: Session, checker: ts.TypeChecker, node: ts.Node): Scope {
  return {
    session,
    checker,
    node: undefined,
    key: node.getSourceFile().fileName,
    owner: node.getSourceFile().fileName,
    variables: new Map(),
    functions: new Map(),
    bound: new Map(),
    slots: new Map(),
    constants: new Map(),
    iterations: [],
    types: new Map(),
    indexSymbols: new Set(),
    pairs: new Map(),
    pullbacks: new Map(),
    kept: new Set(),
    nonNegative: new Set(),
    results: [],
    callers: [],
    jumps: [],
    inlined: undefined,
    out: [],
    origin: undefined,
    failed: false,
  };
}

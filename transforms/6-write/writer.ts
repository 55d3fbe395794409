import type * as ir from "../ir/ir.ts";
import type { ExpressionPrinter } from "../ir/print-expression.ts";

/** What is known while one function is written. The sets and `comments` are filled as the text is made. */
export interface Writer {
  readonly fn: ir.FunctionIR;
  readonly program: ir.Program;
  readonly nameOf: (key: string) => string;
  readonly name: (variable: ir.Variable) => string;
  readonly expressions: ExpressionPrinter;
  readonly helpers: Helpers;
  readonly facts: VariableFacts;
  readonly comments: Comments;
}

/** What the text imports, and the name under which it does. */
export interface Helpers {
  readonly runtime: (helper: string) => string;
  readonly type: (name: string) => string;
  /** A type of `cotangent/nn`. */
  readonly own: (name: string) => string;
  /** The type of what is absent in this function: `undefined`, `null | undefined`. */
  readonly nothing: string;
}

export interface VariableFacts {
  /** Variables that are assigned after their declaration. */
  readonly assigned: ReadonlySet<ir.Variable>;
  /** Names of fields that are assigned. */
  readonly assignedFields: ReadonlySet<string>;
  /** How often each variable is read. */
  readonly reads: ReadonlyMap<ir.Variable, number>;
  /** Variables that hold a reference which need not be a fresh one. */
  readonly borrowing: ReadonlySet<ir.Variable>;
}

/** Where the writer is between the comments that quote the user's statements. */
export interface Comments {
  active: boolean;
  /** The statement that was quoted last in the block being written. */
  last: ir.Origin | undefined;
}

/** Every helper of `cotangent/runtime`; no local variable takes one of these names. */
export const runtimeHelpers = [
  "createTape",
  "push",
  "pop",
  "grow",
  "zerosLike",
  "addInto",
  "cloneAliased",
  "pastTheEnd",
  "plus",
  "zero",
  "zerosOf",
  "tensorOf",
  "numberOf",
] as const;

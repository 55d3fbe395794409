/**
 * The intermediate representation: a small, typed, structured subset of TypeScript.
 *
 * Everything is a plain readonly object, discriminated on `kind`; there are no classes and no parent pointers.
 * Passes build new trees and never change one. A variable is an object compared by identity: it has only a *wish*
 * for a name, the real name is given when text is written, so no pass can capture a user's name.
 *
 * Two stages share these types. The reader writes the *surface* form: it may contain `scope`, `exit` and early
 * `return` statements and real-valued `conditional` expressions. `2-normalize` turns it into the *core* form, in
 * which control flow is only `if`, `for` and `while`, a `return` is the last statement of the function, and
 * real- or reference-valued conditionals are `if` statements. Only core programs are reversed.
 */

// ------------------------------------------------------------------------------------------------ origins

/** The place in a user's file that a node comes from. Lines and columns count from 1, `start`/`end` from 0. */
export interface Origin {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** The user's statement (only its head for a compound statement), on one line; quoted above its adjoint. */
  readonly text: string;
}

// -------------------------------------------------------------------------------------------------- types

/** How an array keeps its elements: a plain JavaScript array or one of the typed arrays. */
export type Storage = "plain" | "f64" | "f32" | "i8" | "u8" | "u8c" | "i16" | "u16" | "i32" | "u32";

export type Type =
  | RealType
  | IndexType
  | BooleanType
  | StringType
  | NothingType
  | ArrayType
  | TupleType
  | RecordType
  | MaybeType
  | TapeType
  | TensorType
  | OpaqueType;

/** A number that may carry a derivative. */
export interface RealType {
  readonly kind: "real";
}
/** A number that is proved to be an integer (or NaN or infinite). It never carries a derivative. */
export interface IndexType {
  readonly kind: "index";
}
export interface BooleanType {
  readonly kind: "boolean";
}
export interface StringType {
  readonly kind: "string";
  /** The only values it can have, for the text that is written. Absent: any. Two types that differ only in this are the same. */
  readonly literals?: readonly string[];
}
/** `undefined`, `null` or `void`. */
export interface NothingType {
  readonly kind: "nothing";
}
/** An array of any length. The element of i8 … u32 storage is `index`, of f64 and f32 `real`. */
export interface ArrayType {
  readonly kind: "array";
  readonly storage: Storage;
  readonly element: Type;
  readonly readonly?: boolean;
}
/** An array of fixed length, one type a place. Read with `element` and a constant index. */
export interface TupleType {
  readonly kind: "tuple";
  readonly elements: readonly Type[];
  readonly labels?: readonly string[];
  readonly readonly?: boolean;
}
export interface RecordType {
  readonly kind: "record";
  readonly fields: readonly RecordField[];
}
export interface RecordField {
  readonly name: string;
  readonly type: Type;
}
/** `of`, or `undefined`. Only numbers, booleans and strings for now. */
export interface MaybeType {
  readonly kind: "maybe";
  readonly of: Type;
}
/** A stack of saved values, written by `save` and read by `restore` until `place` decides where it lives. */
export interface TapeType {
  readonly kind: "tape";
  readonly element: Type;
}
/**
 * An immutable array of numbers with a shape: a value like a number, not a reference. Its shadow is a tensor too, `zero`
 * (in any shape) as long as nothing was added to it.
 */
export interface TensorType {
  readonly kind: "tensor";
  /** A number may stand in its place, which counts as a tensor without axes. */
  readonly orNumber?: true;
}
/** A value the compiler only passes on (an `Error`, a `Map` …), printed as `text`. Never active. */
export interface OpaqueType {
  readonly kind: "opaque";
  readonly text: string;
  /** The names in `text` are types of `cotangent/nn`. */
  readonly own?: true;
}

// ---------------------------------------------------------------------------------------------- variables

export type Role = "user" | "parameter" | "counter" | "temporary" | "shadow" | "tape";

/**
 * A variable, compared by identity. It is declared exactly once, by a `let`, `for`, `while`, `call`, `remove`,
 * `effect`, a declaring `restore`, or as a parameter; a derived function gets variables of its own.
 */
export interface Variable {
  /** The wish for a name; `6-write` makes it unique. */
  readonly name: string;
  readonly type: Type;
  /** `temporary` = made by the compiler, so passes may remove, rename or merge it freely. */
  readonly role: Role;
  /** The variable whose adjoint or tangent this is. */
  readonly shadowOf?: Variable;
  /** The user's spelling of the type, kept for parameters. */
  readonly annotation?: string;
}

// -------------------------------------------------------------------------------------------- expressions

/**
 * Expressions are pure: evaluating one twice, or never, cannot be observed. The allocations at the end make an
 * object of their own each time, so they stand only as the whole value of a `let`, or of a `set` of a variable
 * (the last passes before writing may fold them into their use).
 */
export type Expression =
  | Constant
  | Read
  | Global
  | Element
  | Field
  | Length
  | Unary
  | Binary
  | Conditional
  | MathCall
  | Stop
  | Extern
  | Template
  | Allocation;

export type Allocation = NewArray | ArrayLiteral | RecordLiteral | Copy | Zeros | NewTape;

export interface Constant {
  readonly kind: "constant";
  readonly value: number | boolean | string | null | undefined;
  /** `index` for an integer literal, `real` for another number. */
  readonly type: Type;
}
/** The value of a variable. */
export interface Read {
  readonly kind: "read";
  readonly variable: Variable;
}
/** A constant of the module (or an imported or global one) that no code of the program writes. Never active. */
export interface Global {
  readonly kind: "global";
  readonly name: string;
  readonly type: Type;
}
/** `array[index]`; a place of a tuple when `index` is a constant. */
export interface Element {
  readonly kind: "element";
  readonly array: Expression;
  readonly index: Expression;
}
/** `record.name`. */
export interface Field {
  readonly kind: "field";
  readonly record: Expression;
  readonly name: string;
}
/** `array.length`. */
export interface Length {
  readonly kind: "length";
  readonly array: Expression;
}
export type UnaryOperator = "-" | "+" | "!" | "~";
export interface Unary {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "**";
export type BitOperator = "&" | "|" | "^" | "<<" | ">>" | ">>>";
export type ComparisonOperator = "<" | "<=" | ">" | ">=" | "===" | "!==" | "==" | "!=";
export type LogicalOperator = "&&" | "||" | "??";
export type BinaryOperator = ArithmeticOperator | BitOperator | ComparisonOperator | LogicalOperator;
/** `"+"` on strings is a `template`. `&&`, `||` have boolean operands; `??` any. */
export interface Binary {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** `test ? whenTrue : whenFalse`. In core form only of inert type (index, boolean, string). */
export interface Conditional {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
/** `Math.name(operands)`. `Math.PI` and the like are globals named "Math.PI". Never `Math.random`. */
export interface MathCall {
  readonly kind: "math";
  readonly name: string;
  readonly operands: readonly Expression[];
}
/** `stopGradient(value)` of a number or a tensor: the value, without a derivative. */
export interface Stop {
  readonly kind: "stop";
  readonly value: Expression;
}
/**
 * A pure inert expression the compiler does not look into: `text` with `$0`, `$1` … for the operands, for
 * example `Number.isFinite($0)`, `$0.toFixed(2)`, `new Error($0)`.
 */
export interface Extern {
  readonly kind: "extern";
  readonly text: string;
  readonly operands: readonly Expression[];
  readonly type: Type;
}
/** A template string: `chunks[0] ${values[0]} chunks[1] …`; also string concatenation. */
export interface Template {
  readonly kind: "template";
  readonly chunks: readonly string[];
  readonly values: readonly Expression[];
}

/** An array of `length` zeros (plain arrays: filled with `fill`, a number, boolean or string constant; 0 if absent). */
export interface NewArray {
  readonly kind: "newArray";
  readonly type: ArrayType;
  readonly length: Expression;
  readonly fill?: Constant;
}
/** `[a, b, c]` of array (plain storage) or tuple type. */
export interface ArrayLiteral {
  readonly kind: "arrayLiteral";
  readonly type: ArrayType | TupleType;
  readonly elements: readonly Expression[];
}
/** `{ name: value, … }`. */
export interface RecordLiteral {
  readonly kind: "recordLiteral";
  readonly type: RecordType;
  readonly fields: readonly { readonly name: string; readonly value: Expression }[];
}
/**
 * A new array with the elements `from … to - 1` of `source` (`from`, `to` are integers within it; absent = all).
 * Its storage may differ from the source's (`Float64Array.from(numbers)`). Copies references, not what they refer to.
 */
export interface Copy {
  readonly kind: "copy";
  readonly type: ArrayType;
  readonly source: Expression;
  readonly from?: Expression;
  readonly to?: Expression;
}
/**
 * The fresh shadow of an existing value: zeros in the shape of `like`, all through nested arrays and records, with
 * the inert places left out (see `shadowType`). Integers, booleans and strings have none.
 */
export interface Zeros {
  readonly kind: "zeros";
  readonly like: Expression;
  /** The type of the shadow. */
  readonly type: Type;
  /** Objects that are met more than once inside `like` have one shadow (the run-time helper `zerosLike`). */
  readonly aliased?: true;
}
/** An empty tape; only the value of the `let` of a tape variable. */
export interface NewTape {
  readonly kind: "newTape";
  readonly type: TapeType;
}

// ------------------------------------------------------------------------------------------------- places

/**
 * What can be written. The index of an element reads no memory (variables, constants and arithmetic only).
 * Where a *reference* is stored, `array` and `record` are plain reads of a variable, so that the store cannot
 * change what they denote; where a number is stored they may be paths (`m[i]` in `m[i][j] = 0`).
 */
export type Place = Read | Element | Field;

// --------------------------------------------------------------------------------------------- statements

interface StatementBase {
  /** The user's statement it comes from; for a derived statement the one whose adjoint or tangent it computes. */
  readonly origin?: Origin;
  /**
   * Marks a statement that computes a derivative (adjoint, tangent, shadow, tape). Only derived sums may be
   * reassociated and folded as real numbers; primal arithmetic keeps its rounding.
   */
  readonly derived?: true;
}

export type Block = readonly Statement[];

export type Statement =
  | Let
  | SetPlace
  | If
  | For
  | While
  | Call
  | Append
  | Remove
  | AddInto
  | Save
  | Restore
  | Effect
  | Throw
  | Return
  | Note
  | Scope
  | Exit;

/** Declares a variable, with a value or without. The writer says `const` where nothing assigns it again. */
export interface Let extends StatementBase {
  readonly kind: "let";
  readonly variable: Variable;
  readonly value?: Expression;
}
export interface SetPlace extends StatementBase {
  readonly kind: "set";
  readonly target: Place;
  readonly value: Expression;
  /** The index may lie outside the typed array that is written; then nothing is stored. */
  readonly mayMiss?: true;
}
/** In core form `test` is a read or a cheap pure expression. */
export interface If extends StatementBase {
  readonly kind: "if";
  readonly test: Expression;
  readonly then: Block;
  readonly else: Block;
}
/**
 * A counted loop: `counter` takes lo, lo + 1 … hi - 1, or the same backwards when `descending`. `lo` and `hi` are
 * integers which the body does not write; the counter is never assigned and is visible in the body only.
 */
export interface For extends StatementBase {
  readonly kind: "for";
  readonly counter: Variable;
  readonly lo: Expression;
  readonly hi: Expression;
  readonly descending: boolean;
  readonly body: Block;
}
/**
 * Any other loop. `trips` counts the iterations that have finished: 0 in the first, readable in `test`, in `body`
 * and after the loop (it is declared in the block the loop stands in); never assigned by a statement.
 * `test` is evaluated before every iteration.
 */
export interface While extends StatementBase {
  readonly kind: "while";
  readonly trips: Variable;
  readonly test: Expression;
  readonly body: Block;
}
/**
 * Calls a function of the program. Declares `results`, one for each of the callee's results.
 * `callee` is a key of `Program.functions`.
 */
export interface Call extends StatementBase {
  readonly kind: "call";
  readonly results: readonly Variable[];
  readonly callee: string;
  readonly arguments: readonly Expression[];
}
/** `array.push(value)`. */
export interface Append extends StatementBase {
  readonly kind: "append";
  readonly array: Expression;
  readonly value: Expression;
}
/** `const result = array.pop()`; declares `result` (of the element type), if there is one. */
export interface Remove extends StatementBase {
  readonly kind: "remove";
  readonly array: Expression;
  readonly result?: Variable;
}
/**
 * Adds every number of `source` to the number at the same place of `target`, all through nested arrays and records:
 * `target[from + i] += source[i]`. Derived code only.
 */
export interface AddInto extends StatementBase {
  readonly kind: "addInto";
  readonly target: Expression;
  readonly source: Expression;
  readonly from?: Expression;
}
/** Pushes a value on a tape. Each tape variable has one save and one restore until tapes are placed. */
export interface Save extends StatementBase {
  readonly kind: "save";
  readonly tape: Variable;
  readonly value: Expression;
}
/** Pops the last value from a tape into `target`; declares it if `declares` (then `target` is a read). */
export interface Restore extends StatementBase {
  readonly kind: "restore";
  readonly tape: Variable;
  readonly target: Place;
  readonly declares: boolean;
}
/**
 * A call with an effect that the compiler does not look into: logging, drawing a random number. `text` has `$0` …
 * for the operands. It declares `result`, if there is one. Happens once, in order; never repeated.
 */
export interface Effect extends StatementBase {
  readonly kind: "effect";
  readonly text: string;
  readonly operands: readonly Expression[];
  readonly result?: Variable;
}
export interface Throw extends StatementBase {
  readonly kind: "throw";
  readonly value: Expression;
}
/** In core form only the last statement of a function (always there, with as many values as the function has results). */
export interface Return extends StatementBase {
  readonly kind: "return";
  readonly values: readonly Expression[];
}
/** A section heading for the reader of the output ("Forward pass"). Means nothing. */
export interface Note extends StatementBase {
  readonly kind: "note";
  readonly text: string;
}
/** Surface form only: a block that `exit`s naming its `label` leave (a loop body for continue, a loop or switch for break). */
export interface Scope extends StatementBase {
  readonly kind: "scope";
  readonly label: Label;
  readonly body: Block;
}
/** Surface form only: leaves the scope of that label (jumps to its end). */
export interface Exit extends StatementBase {
  readonly kind: "exit";
  readonly label: Label;
}
/** Compared by identity. */
export interface Label {
  readonly name: string;
}

// ------------------------------------------------------------------------------------- functions, programs

export interface FunctionIR {
  /** Unique in the program: `FILE#NAME`. */
  readonly key: string;
  /** The wish for its name in the module. */
  readonly name: string;
  /** The file of the module it lives in. */
  readonly file: string;
  readonly parameters: readonly Variable[];
  readonly results: readonly Type[];
  /** The user's spelling of the type of the one result. */
  readonly resultAnnotation?: string;
  readonly body: Block;
  readonly origin: Origin;
  /** Maps of `customVjp`, `customJvp`, `customRule`: one function key a parameter, or null for an inert one. */
  readonly custom?: CustomRule;
  /** Its body is not looked into, and empty here: it computes its result from its arguments alone. It has a rule. */
  readonly primitive?: true;
  /** What the writer says of a derived function. Absent for the user's own. */
  readonly derivation?: Derivation;
  /** A function the user's module does not have under a name: a specialised copy, a map of a custom rule, an inline function. */
  readonly synthetic?: true;
}

export interface CustomRule {
  /** `(dy, y, ...parameters) => adjoint of that parameter`. */
  readonly vjp?: readonly (string | null)[];
  /** `(tangent of that parameter, y, ...parameters) => its part of the tangent of y`. */
  readonly jvp?: readonly (string | null)[];
}

export interface Derivation {
  /** Key of the function it is derived from. */
  readonly of: string;
  readonly mode:
    | "gradient"
    | "valueAndGradient"
    | "pullback"
    /**
     * The value and a pullback: what stands behind the `forwardResults` effect is the body of a function of the last
     * parameter, which is returned beside the value and called later, again and again.
     */
    | "vjp"
    | "jvp"
    | "jacobian"
    | "hessian"
    | "hvp"
    | "forward"
    | "backward"
    | "tangent"
    | "transpose";
  /** Names of the parameters differentiated with respect to. */
  readonly wrt: readonly string[];
  /** How callers in TypeScript pass the parameters, where it is not one by one: `jvp` takes two tuples. */
  readonly groups?: readonly ParameterGroup[];
  /** Labels of the results where there are several: `[du0: Float64Array, dk: number]`. */
  readonly resultLabels?: readonly string[];
}

/** Parameters `from … to - 1` are passed as one tuple. */
export interface ParameterGroup {
  readonly from: number;
  readonly to: number;
}

export interface Program {
  readonly functions: ReadonlyMap<string, FunctionIR>;
}

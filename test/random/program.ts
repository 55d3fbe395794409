/**
 * Random programs of the supported language: numbers, arrays under several names, rows, records, tuples, loops that end
 * early, growing arrays, calls that write their arguments. Arrays have at most a few elements, and loops few iterations.
 */
import { chooserOf } from "./chooser.ts";
import { functionText, randomHelpers, type Context } from "./functions.ts";
import { argument, prelude, references, type Typed } from "./kinds.ts";
import { local } from "./scope.ts";

export interface RandomProgram {
  /** A module that exports `f`. */
  readonly text: string;
  readonly typed: Typed;
  readonly arguments: (typed: Typed) => unknown[];
}

/** Names that derivatives like to give themselves. */
const unluckyNames = [
  "dx",
  "value",
  "dNew",
  "trips",
  "i",
  "xTape",
  "dy",
  "push",
  "cond",
  "y2",
  "dValue",
  "items",
  "f_vjp",
];

/** The program of a seed, always the same. */
export function randomProgram(seed: number): RandomProgram {
  const choose = chooserOf(seed);
  let count = 0;
  const typed: Typed = choose.oneIn(6) ? "Float32Array" : "Float64Array";
  const others = choose.oneIn(4) ? [...unluckyNames] : [];
  const fresh = (stem: string): string => others.shift() ?? stem + String(count++);
  const context: Context = { choose, fresh, typed, mayBeEmpty: choose.oneIn(3), tensors: false, nested: false };
  const kind = choose.pick(["number[]", ...references] as const);
  const parameters = [local("x", "number[]"), local("y", "number"), local("z", "number[]"), local("k", kind)];
  const result = choose.oneIn(3) ? choose.pick(references) : "number";
  const helpers = randomHelpers(context);
  const entry = functionText(context, { name: "f", parameters, result, recursive: false }, helpers.signatures, 2);
  const text = [prelude(typed), ...helpers.texts, `export ${entry}`].join("\n");
  const first = context.mayBeEmpty && choose.oneIn(3) ? [] : [0.61, -0.37, 1.13];
  const rest = (storage: Typed): unknown[] => [0.83, [0.47, -0.91], argument(kind, storage)];
  return { text, typed, arguments: (storage) => [[...first], ...rest(storage)] };
}

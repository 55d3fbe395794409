/**
 * Random programs of tensors: networks nobody would write. Values, arrays and records of tensors that are assigned, swapped
 * and passed on, among numbers, in loops that end early, in functions that return in several places and call themselves.
 */
import { chooserOf } from "./chooser.ts";
import { functionText, randomHelpers, type Context } from "./functions.ts";
import { argument, tensorKinds, tensorPrelude, tensorReferences } from "./kinds.ts";
import type { RandomProgram } from "./program.ts";
import { local } from "./scope.ts";
import { tools } from "./tensors.ts";

/** Names that derivatives like to give themselves, and names of functions they import. */
const unluckyNames = ["dx", "zero", "plus", "dValue", "zerosOf", "trips", "i", "tensorOf", "unslice", "dNew", "sumTo"];

/** The program of a seed, always the same. With `nested` there are derivatives in it. */
export function randomTensorProgram(seed: number, nested: boolean): RandomProgram {
  const choose = chooserOf(seed);
  let count = 0;
  const others = choose.oneIn(4) ? [...unluckyNames] : [];
  const fresh = (stem: string): string => others.shift() ?? stem + String(count++);
  const context: Context = { choose, fresh, typed: "Float64Array", mayBeEmpty: false, tensors: true, nested };
  const first = choose.pick(["Row", "Matrix", "Square", "Row"] as const);
  const kind = choose.pick([...tensorReferences, ...tensorKinds, "Net", "Layer[]"] as const);
  const parameters = [local("x", first), local("y", "number"), local("z", "Row[]"), local("k", kind)];
  const helpers = randomHelpers(context);
  const result = choose.oneIn(3) ? choose.pick([...tensorReferences, "Row", "Matrix", "Single"] as const) : "number";
  const entry = functionText(context, { name: "f", parameters, result, recursive: false }, helpers.signatures, 2);
  const imports = `import { grad, hvp, stopGradient, valueAndGrad } from "cotangent";
import { ${tools.join(", ")}, type Tensor } from "cotangent/nn";
`;
  const text = [imports + tensorPrelude, ...helpers.texts, `export ${entry}`].join("\n");
  const given = (): unknown[] =>
    [first, "number", "Row[]", kind].map((each) => argument(each as typeof kind, "Float64Array"));
  return { text, typed: "Float64Array", arguments: given };
}

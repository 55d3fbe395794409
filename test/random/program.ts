/**
 * Random programs of the supported language: numbers, arrays under several names, rows, records, tuples, loops that end
 * early, growing arrays, calls that write their arguments. Arrays have at most a few elements, and loops few iterations.
 */
import { indent, statements } from "./blocks.ts";
import { chooserOf } from "./chooser.ts";
import { argument, prelude, references, typeText, type Kind, type Typed } from "./kinds.ts";
import { number } from "./numbers.ts";
import { local, type Local, type Scope, type Signature } from "./scope.ts";
import { declareAll } from "./statements.ts";
import { value } from "./values.ts";

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

type Context = Pick<Scope, "choose" | "fresh" | "typed" | "mayBeEmpty">;

/** The program of a seed, always the same. */
export function randomProgram(seed: number): RandomProgram {
  const choose = chooserOf(seed);
  let count = 0;
  const typed: Typed = choose.oneIn(6) ? "Float32Array" : "Float64Array";
  const others = choose.oneIn(4) ? [...unluckyNames] : [];
  const fresh = (stem: string): string => others.shift() ?? stem + String(count++);
  const context: Context = { choose, fresh, typed, mayBeEmpty: choose.oneIn(3) };
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

function randomHelpers(context: Context): { readonly texts: string[]; readonly signatures: Signature[] } {
  const { choose } = context;
  const texts: string[] = [];
  const signatures: Signature[] = [];
  const count = choose.below(3);
  for (let i = 0; i < count; i++) {
    const signature = randomSignature(context, `h${String(i)}`);
    texts.push(functionText(context, signature, signature.recursive ? [signature] : signatures, 1));
    signatures.push(signature);
  }
  return { texts, signatures };
}

function randomSignature({ choose }: Context, name: string): Signature {
  const kinds: readonly Kind[] = ["number[]", "number[]", ...references];
  const result = choose.pick(["number", "number[]", "number", ...references] as const);
  const parameters: Local[] = [local("a", "number[]"), local("b", choose.pick(kinds))];
  if (choose.oneIn(2)) parameters.push(local("s", "number"));
  const recursive = choose.oneIn(3);
  if (recursive) parameters.push(local("depth", "counter", false));
  return { name, parameters, result, recursive };
}

function functionText(context: Context, signature: Signature, functions: readonly Signature[], room: number): string {
  const { name, parameters, result, recursive } = signature;
  const isEntry = name === "f";
  const scope: Scope = {
    ...context,
    locals: parameters,
    functions,
    lambdas: [],
    within: recursive ? name : undefined,
    result,
    room,
    canBreak: false,
    canContinue: false,
    labels: [],
  };
  const { choose } = context;
  const start = recursive ? [`if (depth <= 0) return ${value({ ...scope, functions: [] }, result, 1)};`] : [];
  const more = isEntry ? references.filter(() => choose.oneIn(6)) : [];
  const first = declareAll({ ...scope, functions: [] }, more);
  const body = statements({ ...first.scope, functions }, 1 + choose.below(isEntry ? 6 : 3));
  const last = result === "number" ? number(body.scope) : value(body.scope, result);
  const heads = parameters.map((parameter, i) => {
    const hasDefault = parameter.kind === "number" && i === parameters.length - 1 && !recursive;
    return `${parameter.name}${hasDefault ? " = 0.4" : `: ${typeText(parameter.kind)}`}`;
  });
  const lines = [...start, ...first.lines, ...body.lines, `return ${last};`];
  return `function ${name}(${heads.join(", ")}): ${typeText(result)} {\n${indent(lines)}\n}\n`;
}

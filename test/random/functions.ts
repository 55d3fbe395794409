/** The functions of a random program. */
import { indent, statements } from "./blocks.ts";
import { isTensor, tensorKinds, typeText, type Kind } from "./kinds.ts";
import { number } from "./numbers.ts";
import { local, referencesOf, type Local, type Scope, type Signature } from "./scope.ts";
import { declareAll } from "./statements.ts";
import { value } from "./values.ts";

export type Context = Pick<Scope, "choose" | "fresh" | "typed" | "mayBeEmpty" | "tensors" | "nested">;

export function randomHelpers(context: Context): { readonly texts: string[]; readonly signatures: Signature[] } {
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

function randomSignature(context: Context, name: string): Signature {
  const { choose, tensors } = context;
  const references = referencesOf(context);
  const kinds: readonly Kind[] = tensors ? [...tensorKinds, ...references] : ["number[]", "number[]", ...references];
  const results = tensors ? kinds : (["number[]", "number", ...references] as const);
  const result = choose.pick(["number", ...results] as const);
  const first = tensors ? choose.pick(kinds) : "number[]";
  const parameters: Local[] = [local("a", first), local("b", choose.pick(kinds))];
  if (choose.oneIn(2)) parameters.push(local("s", "number"));
  const recursive = choose.oneIn(3);
  if (recursive) parameters.push(local("depth", "counter", false));
  return { name, parameters, result, recursive };
}

export function functionText(
  context: Context,
  signature: Signature,
  functions: readonly Signature[],
  room: number,
): string {
  const { name, parameters, result, recursive } = signature;
  const isEntry = name === "f";
  const scope: Scope = {
    ...context,
    locals: parameters,
    functions,
    lambdas: [],
    rowLambdas: [],
    within: recursive ? name : undefined,
    result,
    room,
    canBreak: false,
    canContinue: false,
    labels: [],
  };
  const { choose } = context;
  const start = recursive ? [`if (depth <= 0) return ${value({ ...scope, functions: [] }, result, 1)};`] : [];
  const more = isEntry ? referencesOf(context).filter(() => choose.oneIn(6)) : [];
  const first = declareAll({ ...scope, functions: [] }, more);
  const body = statements({ ...first.scope, functions }, 1 + choose.below(isEntry ? 6 : 3));
  const last = result === "number" ? number(body.scope) + everything(body.scope, isEntry) : value(body.scope, result);
  const heads = parameters.map((parameter, i) => {
    const hasDefault = parameter.kind === "number" && i === parameters.length - 1 && !recursive;
    return `${parameter.name}${hasDefault ? " = 0.4" : `: ${typeText(parameter.kind)}`}`;
  });
  const lines = [...start, ...first.lines, ...body.lines, `return ${last};`];
  return `function ${name}(${heads.join(", ")}): ${typeText(result)} {\n${indent(lines)}\n}\n`;
}

/** All that a program of tensors has computed is in its result, so that no statement is without use. */
function everything({ tensors, locals }: Scope, isEntry: boolean): string {
  if (!tensors || !isEntry) return "";
  const energy = (name: string): string => `item(sum(sin(${name})))`;
  const rows = (name: string): string => `${name}.reduce((s, v) => s + ${energy("v")}, 0)`;
  const layer = (name: string): string => `${energy(`${name}.w`)} * ${name}.k + ${energy(`${name}.b`)}`;
  const layers = (name: string): string => `${name}.reduce((s, v) => s + ${layer("v")}, 0)`;
  const parts = locals.map(({ name, kind }) => {
    if (kind === "number") return name;
    if (kind === "Row[]") return rows(name);
    if (kind === "Layer") return layer(name);
    if (kind === "Layer[]") return layers(name);
    if (kind === "Pair") return `${energy(`${name}[0]`)} * ${name}[1]`;
    if (kind === "Net") return `${energy(`${name}.first`)} + ${layers(`${name}.layers`)} + ${rows(`${name}.rows`)}`;
    return isTensor(kind) ? energy(name) : "0";
  });
  return parts.map((part) => ` + ${part}`).join("");
}

import type * as ir from "../ir/ir.ts";
import { printExpression } from "../ir/print-expression.ts";
import { typeText } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Values that are copied together, or get their shadows together: `const [a2, b2] = cloneAliased([a, b])`. */
interface Group {
  readonly values: readonly ir.Expression[];
  /** What is made of the list of them. */
  readonly made: ir.Let;
  /** The variables that take its parts, by their place. */
  readonly parts: readonly (ir.Variable | undefined)[];
  /** How many statements it is in the program. */
  readonly size: number;
}

/** The group that begins at a statement: a list, what is made of it, and a variable for each part that is used. */
export function groupAt(block: ir.Block, at: number, { facts }: Writer): Group | undefined {
  const [list, made] = block.slice(at, at + 2);
  if (list.kind !== "let" || list.value?.kind !== "arrayLiteral" || made?.kind !== "let") return undefined;
  const source = made.value && madeFrom(made.value);
  if (source?.kind !== "read" || source.variable !== list.variable || facts.reads.get(list.variable) !== 1)
    return undefined;
  const parts: (ir.Variable | undefined)[] = [];
  let end = at + 2;
  for (; end < block.length; end++) {
    const part = block[end];
    const place = part.kind === "let" && part.value && placeIn(made.variable, part.value);
    if (typeof place !== "number" || part.kind !== "let") break;
    parts[place] = part.variable;
  }
  const size = end - at;
  if (facts.reads.get(made.variable) !== size - 2) return undefined;
  return { values: list.value.elements, made, parts, size };
}

function madeFrom(value: ir.Expression): ir.Expression | undefined {
  if (value.kind === "zeros" && value.aliased) return value.like;
  return value.kind === "extern" && value.text.endsWith("($0)") ? value.operands[0] : undefined;
}

function placeIn(list: ir.Variable, value: ir.Expression): number | undefined {
  if (value.kind !== "element" || value.array.kind !== "read" || value.array.variable !== list) return undefined;
  return value.index.kind === "constant" ? Number(value.index.value) : undefined;
}

/** The group as one declaration. */
export function groupText({ values, made, parts }: Group, writer: Writer): string {
  const { expressions, facts, name, helpers } = writer;
  const isAssigned = parts.some((part) => part && facts.assigned.has(part));
  const names = Array.from(parts, (part) => (part ? name(part) : ""));
  const list = `[${values.map((value) => printExpression(value, expressions)).join(", ")}]`;
  const declared = `${isAssigned ? "let" : "const"} [${names.join(", ")}]`;
  if (made.value?.kind === "extern") return `${declared} = ${made.value.text.replace("$0", list)};`;
  return `${declared}: ${typeText(made.variable.type, helpers)} = ${helpers.runtime("zerosLike")}(${list});`;
}

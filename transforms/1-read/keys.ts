/** What tells one specialised function from another, and what it is called. */
import { typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { functionName } from "./functions.ts";
import type { Known, Slot } from "./known.ts";

/** Tells known arguments apart; of their data only where it is. */
export function keyOfKnown(known: Known | Slot): string {
  switch (known.kind) {
    case "function": {
      const { node, owner } = known;
      const base = owner.includes("#") ? `${owner}.` : `${node.getSourceFile().fileName}#`;
      return `${base}${functionName(node)}@${node.getStart()}`;
    }
    case "mathFunction":
      return `Math.${known.name}`;
    case "ruled":
      return `${known.call.getSourceFile().fileName}@${known.call.getStart()}`;
    case "structure":
      return `{${[...known.members].map(([key, member]) => `${key}:${keyOfKnown(member)}`).join(",")}}`;
    case "choice":
      return `${known.labels.join("|")}(${known.options.map(keyOfKnown).join("|")})`;
    default:
      return known.kind;
  }
}

/** A part of the name of a function that is specialised for it. */
export function nameOfKnown(known: Known | Slot): string {
  switch (known.kind) {
    case "function":
      return functionName(known.node);
    case "mathFunction":
      return known.name;
    case "ruled":
      return "ruled";
    case "structure":
      return namesOf([...known.members.values()]);
    case "choice":
      return known.options.map(nameOfKnown).join("_or_");
    default:
      return "";
  }
}

/** Long lists are cut, since a name is for the reader. */
function namesOf(members: readonly (Known | Slot)[]): string {
  const names = members.map(nameOfKnown).filter((name) => name !== "");
  return names.length > 4 ? `${names.slice(0, 3).join("_")}_and_${String(names.length - 3)}` : names.join("_");
}

/** Tells data apart that is written into the function; of the rest the type. */
export function keyOfData(value: ir.Expression): string {
  if (value.kind !== "constant") return JSON.stringify(typeOf(value));
  return Object.is(value.value, -0) ? "=-0" : `=${JSON.stringify(value.value)}`;
}

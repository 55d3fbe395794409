/** One tape for all that is handed between the halves of functions. */
import { isNumber, sameType, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { renameVariables, rewrite, statementsIn, update } from "../ir/visit.ts";
import { tapeClasses, type TapeClass } from "./share/classes.ts";
import { groupsOf } from "./share/groups.ts";
import { mirroredOrder, type SaveOrder } from "./share/mirrored.ts";

type Functions = ReadonlyMap<string, ir.FunctionIR>;

/**
 * Where the backward pass restores in the reverse order of all saves, the tapes that cross a call are one tape: one
 * parameter instead of many. Numbers share one, booleans another, references of each type another. A tape that would
 * break the order stays alone. `functions` are all that a tape is handed through.
 */
export function shareTapes(functions: readonly ir.FunctionIR[]): readonly ir.FunctionIR[] {
  let current: Functions = new Map(functions.map((fn) => [fn.key, fn]));
  const groups = alike(tapeClasses(current)).flatMap((tapes) => groupsOf(tapes, current));
  for (const { tapes, keys } of groups) {
    const users = new Map([...current].filter(([key]) => keys.includes(key)));
    const shared = asManyAsCan(users, tapes);
    if (shared) current = new Map([...current, ...merged(users, shared)]);
  }
  return functions.map((fn) => current.get(fn.key) ?? fn);
}

/** The tapes by what they hold. */
function alike(tapes: readonly TapeClass[]): readonly (readonly TapeClass[])[] {
  const groups: TapeClass[][] = [];
  for (const tape of tapes) {
    const group = groups.find(([first]) => holdTheSame(first.type.element, tape.type.element));
    if (group) group.push(tape);
    else groups.push([tape]);
  }
  return groups;
}

function holdTheSame(a: ir.Type, b: ir.Type): boolean {
  return (isNumber(a) && isNumber(b)) || sameType(a, b);
}

interface Shared {
  readonly tapes: readonly TapeClass[];
  readonly order: SaveOrder;
}

function asManyAsCan(functions: Functions, tapes: readonly TapeClass[]): Shared | undefined {
  const all = asOne(functions, tapes);
  if (all || tapes.length < 3) return all;
  let best: Shared | undefined;
  for (const [i, first] of tapes.entries()) {
    let grown: Shared = { tapes: [first], order: new Map() };
    for (const tape of tapes.slice(i + 1)) grown = asOne(functions, [...grown.tapes, tape]) ?? grown;
    if (grown.tapes.length > (best?.tapes.length ?? 1)) best = grown;
  }
  return best;
}

function asOne(functions: Functions, tapes: readonly TapeClass[]): Shared | undefined {
  if (tapes.length < 2 || !declaredTogether(functions, tapes)) return undefined;
  const order = mirroredOrder(functions, tapes);
  return order && { tapes, order };
}

/** Whether each function that declares one of the tapes is given none, and declares them in one block. */
function declaredTogether(functions: Functions, tapes: readonly TapeClass[]): boolean {
  const isShared = (tape: ir.Variable): boolean => tapes.some(({ variables }) => variables.has(tape));
  return [...functions.values()].every((fn) => {
    const declared = [...statementsIn(fn.body)].flatMap((s) => (s.kind === "let" && isShared(s.variable) ? [s] : []));
    return declared.length === 0 || (declared.every((s) => fn.body.includes(s)) && !fn.parameters.some(isShared));
  });
}

function merged(functions: Functions, { tapes, order }: Shared): Functions {
  const isShared = (tape: ir.Variable): boolean => tapes.some(({ variables }) => variables.has(tape));
  const extra = new Map(
    [...functions.values()].map(({ key, parameters }) => {
      const first = parameters.findIndex(isShared);
      return [key, new Set(parameters.flatMap((p, i) => (i > first && isShared(p) ? [i] : [])))];
    }),
  );
  return new Map(
    [...functions].map(([key, fn]) => {
      const tape = variable(wishFor(tapes), tapes[0].type, "tape");
      const rename = (v: ir.Variable): ir.Variable => (isShared(v) ? tape : v);
      let isDeclared = false;
      const body = rewrite(fn.body, (s) => {
        if (s.kind === "save") return order.get(s) ?? [s];
        if (s.kind === "call") {
          const drop = extra.get(s.callee);
          return drop?.size ? [update(s, { arguments: s.arguments.filter((_, i) => !drop.has(i)) })] : [s];
        }
        if (s.kind !== "let" || !isShared(s.variable)) return [s];
        const again = isDeclared;
        isDeclared = true;
        return again ? [] : [s];
      });
      const parameters = fn.parameters.filter((_, i) => !extra.get(key)?.has(i)).map(rename);
      return [key, { ...fn, parameters, body: renameVariables(body, rename) }];
    }),
  );
}

function wishFor([{ type }]: readonly TapeClass[]): string {
  const { element } = type;
  if (isNumber(element)) return "tape";
  if (element.kind === "boolean") return "branchTape";
  return element.kind === "array" ? "arrayTape" : "objectTape";
}

/** Which variables need a shadow: those that depend on what is differentiated and that the result depends on. */
import { deepCopy, holdsTensor, isLinearExtern, isReference, shadowType, typeOf } from "../ir/build.ts";
import type { Call, Expression, FunctionIR, Place, Program, Statement, Variable } from "../ir/ir.ts";
import { declaredBy, expressionsOf, statementsIn, subexpressions } from "../ir/visit.ts";
import { classesOf } from "./classes.ts";
import type { Classes, MemoryClass } from "./classes.ts";
import { reachableFunctions } from "./effects.ts";
import { elements } from "./memory.ts";

export interface Activity {
  /** Whether a number has an adjoint, or anything that can be reached from a reference has. */
  isActive(variable: Variable): boolean;
}

/** A variable, a cell of a points-to class (as text), or a result of a function (as text). */
type Item = Variable | string;

/** Which values are computed from which, whatever the order of the statements. */
interface Flow {
  readonly classes: Classes;
  readonly into: Map<Item, Set<Item>>;
  readonly from: Map<Item, Set<Item>>;
}

/**
 * A variable of any function reachable from `entry` is active if it is varied (computed from the parameters `wrt`) and
 * useful (the result is computed from it). Memory is as active as its points-to class, so that a reference that may
 * point to active and to inactive memory has a shadow for both. Never says inactive of what is active, unless `apart` says
 * that no two parameters share an object.
 */
export function activity(program: Program, entry: string, wrt: readonly number[], { apart = false } = {}): Activity {
  const flow: Flow = { classes: classesOf(program, [entry], apart ? [] : [entry]), into: new Map(), from: new Map() };
  const functions = [...reachableFunctions(program, [entry])].flatMap((key) => program.functions.get(key) ?? []);
  for (const fn of functions) for (const statement of statementsIn(fn.body)) addFlow(statement, fn, program, flow);
  const root = functions.find((fn) => fn.key === entry);
  const independent = wrt.flatMap((i) => (root ? itemsOf(root.parameters[i], flow) : []));
  const varied = closure(independent, flow.into);
  const useful = closure(root ? resultItems(root, flow) : [], flow.from);
  const known = new Set(
    functions.flatMap((fn) => [...fn.parameters, ...[...statementsIn(fn.body)].flatMap(declaredBy)]),
  );
  return {
    isActive: (variable) =>
      shadowType(variable.type) !== undefined &&
      (!known.has(variable) || itemsOf(variable, flow).some((item) => varied.has(item) && useful.has(item))),
  };
}

function closure(start: readonly Item[], edges: ReadonlyMap<Item, ReadonlySet<Item>>): ReadonlySet<Item> {
  const seen = new Set(start);
  for (const item of seen) for (const next of edges.get(item) ?? []) seen.add(next);
  return seen;
}

function connect(sources: readonly Item[], targets: readonly Item[], { into, from }: Flow): void {
  const link = (map: Map<Item, Set<Item>>, a: Item, b: Item) => {
    const present = map.get(a);
    if (present) present.add(b);
    else map.set(a, new Set([b]));
  };
  for (const source of sources) {
    for (const target of targets) {
      link(into, source, target);
      link(from, target, source);
    }
  }
}

function cell(memory: MemoryClass, name: string): Item {
  return `${memory.id} ${name}`;
}

/** All numbers that can be reached from a reference. */
function cellsAt(reference: Expression | Variable, { classes }: Flow): readonly Item[] {
  return [...classes.reachable(classes.classOf(reference))].flatMap((memory) =>
    [...memory.scalars].map((name) => cell(memory, name)),
  );
}

function itemsOf(variable: Variable, flow: Flow): readonly Item[] {
  return isReference(variable.type) ? cellsAt(variable, flow) : [variable];
}

function resultOf(key: string, i: number): Item {
  return `result ${i} of ${key}`;
}

function resultItems(fn: FunctionIR, flow: Flow): readonly Item[] {
  const returned = [...statementsIn(fn.body)].flatMap((statement) =>
    statement.kind === "return" ? statement.values : [],
  );
  const references = returned.filter((value) => isReference(typeOf(value)));
  return [...fn.results.map((_, i) => resultOf(fn.key, i)), ...references.flatMap((value) => cellsAt(value, flow))];
}

/** The numbers whose change changes an expression; none for an integer, a test, what `stopGradient` holds. */
function sourcesOf(expression: Expression, flow: Flow): readonly Item[] {
  if (shadowType(typeOf(expression)) === undefined) return [];
  switch (expression.kind) {
    case "read":
      return isReference(expression.variable.type) ? [] : [expression.variable];
    case "element":
    case "field":
      return placeItems(expression, flow);
    case "unary":
      return sourcesOf(expression.operand, flow);
    case "binary":
      return [...sourcesOf(expression.left, flow), ...sourcesOf(expression.right, flow)];
    case "conditional":
      return [...sourcesOf(expression.whenTrue, flow), ...sourcesOf(expression.whenFalse, flow)];
    case "math":
      return expression.operands.flatMap((operand) => sourcesOf(operand, flow));
    case "extern":
      return isLinearExtern(expression) ? expression.operands.flatMap((operand) => sourcesOf(operand, flow)) : [];
    case "constant":
    case "global":
    case "length":
    case "stop":
    case "template":
    case "newArray":
    case "arrayLiteral":
    case "recordLiteral":
    case "copy":
    case "zeros":
    case "newTape":
      return [];
  }
}

function placeItems(place: Place, flow: Flow): readonly Item[] {
  const type = typeOf(place);
  if (isReference(type) || shadowType(type) === undefined) return [];
  switch (place.kind) {
    case "read":
      return [place.variable];
    case "element":
      return [cell(flow.classes.classOf(place.array), elements)];
    case "field":
      return [cell(flow.classes.classOf(place.record), place.name)];
  }
}

function addFlow(statement: Statement, fn: FunctionIR, program: Program, flow: Flow): void {
  for (const expression of expressionsOf(statement))
    for (const part of subexpressions(expression)) addAllocation(part, flow);
  switch (statement.kind) {
    case "let":
      if (statement.value)
        connect(
          sourcesOf(statement.value, flow),
          placeItems({ kind: "read", variable: statement.variable }, flow),
          flow,
        );
      return;
    case "set": {
      connect(sourcesOf(statement.value, flow), placeItems(statement.target, flow), flow);
      return;
    }
    case "append": {
      connect(sourcesOf(statement.value, flow), [cell(flow.classes.classOf(statement.array), elements)], flow);
      return;
    }
    case "remove":
      if (statement.result) {
        connect(
          [cell(flow.classes.classOf(statement.array), elements)],
          placeItems({ kind: "read", variable: statement.result }, flow),
          flow,
        );
      }
      return;
    case "addInto": {
      connect(cellsAt(statement.source, flow), cellsAt(statement.target, flow), flow);
      return;
    }
    case "save": {
      connect(sourcesOf(statement.value, flow), [cell(flow.classes.classOf(statement.tape), elements)], flow);
      return;
    }
    case "restore": {
      connect([cell(flow.classes.classOf(statement.tape), elements)], placeItems(statement.target, flow), flow);
      return;
    }
    case "call": {
      addCall(statement, program, flow);
      return;
    }
    case "return": {
      statement.values.forEach((value, i) => connect(sourcesOf(value, flow), [resultOf(fn.key, i)], flow));
      return;
    }
    default:
      return;
  }
}

function addAllocation(expression: Expression, flow: Flow): void {
  const memory = () => flow.classes.classOf(expression);
  switch (expression.kind) {
    case "arrayLiteral":
      for (const value of expression.elements) connect(sourcesOf(value, flow), [cell(memory(), elements)], flow);
      return;
    case "recordLiteral":
      for (const { name, value } of expression.fields) connect(sourcesOf(value, flow), [cell(memory(), name)], flow);
      return;
    case "copy": {
      connect([cell(flow.classes.classOf(expression.source), elements)], [cell(memory(), elements)], flow);
      return;
    }
    case "extern":
      if (expression.text !== deepCopy) return;
      connect(cellsAt(expression.operands[0], flow), cellsAt(expression, flow), flow);
      return;
    default:
      return;
  }
}

function addCall(call: Call, program: Program, flow: Flow): void {
  const callee = program.functions.get(call.callee);
  callee?.parameters.forEach((parameter, i) => {
    if (!isReference(parameter.type)) connect(sourcesOf(call.arguments[i], flow), [parameter], flow);
  });
  call.results.forEach((result, i) => {
    if (!isReference(result.type)) connect([resultOf(call.callee, i)], [result], flow);
  });
  if (!callee?.custom) return;
  // What a custom rule says need not follow from what the function does: its results depend on all arguments. The body of a
  // primitive is not seen: from a tensor for which its rule has no map, nothing flows; a number there must not be active.
  const { vjp } = callee.custom;
  const given = call.arguments.flatMap((value, i) => {
    if (callee.primitive && vjp?.[i] === null && holdsTensor(typeOf(value))) return [];
    return isReference(typeOf(value)) ? cellsAt(value, flow) : sourcesOf(value, flow);
  });
  connect(
    given,
    call.results.flatMap((result) => itemsOf(result, flow)),
    flow,
  );
}

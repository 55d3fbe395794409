/** Walks a function once and lets the memory model know which references meet and which cells are read and written. */
import { deepCopy, isReference, typeOf } from "../ir/build.ts";
import type { Call, Expression, FunctionIR, Place, Statement, Variable } from "../ir/ir.ts";
import { declaredBy, expressionsOf, statementsIn, subexpressions } from "../ir/visit.ts";
import { child, elements, find, length, nodeOfType, reachableFrom, unify } from "./memory.ts";
import type { MemoryNode, Universe } from "./memory.ts";

/** The nodes of the variables, globals and allocations of one or several functions. */
export interface MemoryModel {
  readonly universe: Universe;
  readonly variables: Map<Variable, MemoryNode>;
  readonly globals: Map<string, MemoryNode>;
  readonly expressions: Map<Expression, MemoryNode>;
  /** For each function the nodes of its results; undefined for a result that is not a reference. */
  readonly results: Map<string, readonly (MemoryNode | undefined)[]>;
}

export function newModel(universe: Universe = { next: 0 }): MemoryModel {
  return { universe, variables: new Map(), globals: new Map(), expressions: new Map(), results: new Map() };
}

/** Makes the nodes of all variables and results of a function. */
export function declareFunction(fn: FunctionIR, model: MemoryModel): void {
  const declare = (variable: Variable) => {
    if (isReference(variable.type)) model.variables.set(variable, nodeOfType(variable.type, model.universe));
  };
  fn.parameters.forEach(declare);
  for (const statement of statementsIn(fn.body)) declaredBy(statement).forEach(declare);
  model.results.set(
    fn.key,
    fn.results.map((type) => (isReference(type) ? nodeOfType(type, model.universe) : undefined)),
  );
}

/** Adds what a declared function does. `onCall` says what a call of another function does. */
export function constrainFunction(fn: FunctionIR, model: MemoryModel, onCall: (call: Call) => void): void {
  for (const statement of statementsIn(fn.body)) {
    for (const operand of expressionsOf(statement)) {
      for (const part of subexpressions(operand)) markReads(part, model);
    }
    if (statement.kind === "call") onCall(statement);
    else if (statement.kind === "return")
      statement.values.forEach((value, i) => meet(model.results.get(fn.key)?.[i], value, model));
    else constrainStatement(statement, model);
  }
}

function constrainStatement(statement: Statement, model: MemoryModel): void {
  switch (statement.kind) {
    case "let":
      if (statement.value) meet(model.variables.get(statement.variable), statement.value, model);
      return;
    case "set":
      markPlaceWritten(statement.target, model);
      if (isReference(typeOf(statement.target))) meet(nodeOf(statement.target, model), statement.value, model);
      return;
    case "append": {
      const array = nodeOf(statement.array, model);
      markWritten(array, elements, length);
      meet(find(array).children.get(elements), statement.value, model);
      return;
    }
    case "remove": {
      const array = nodeOf(statement.array, model);
      markRead(array, elements, length);
      markWritten(array, elements, length);
      if (statement.result) meetNodes(model.variables.get(statement.result), find(array).children.get(elements));
      return;
    }
    case "addInto":
      markAllRead(nodeOf(statement.source, model));
      markAllRead(nodeOf(statement.target, model));
      for (const node of reachableFrom(nodeOf(statement.target, model))) markWritten(node, ...node.scalars);
      return;
    case "save": {
      const tape = nodeOf(statement.tape, model);
      markWritten(tape, elements);
      meet(find(tape).children.get(elements), statement.value, model);
      return;
    }
    case "restore": {
      const tape = nodeOf(statement.tape, model);
      markRead(tape, elements);
      markWritten(tape, elements);
      markPlaceWritten(statement.target, model);
      const content = find(tape).children.get(elements);
      if (content) unify(content, nodeOf(statement.target, model));
      return;
    }
    case "effect":
      // What an effect returns may be anything that is reachable from outside.
      if (statement.result) markOutside(model.variables.get(statement.result));
      for (const operand of statement.operands) if (isReference(typeOf(operand))) markAllRead(nodeOf(operand, model));
      return;
    default:
      return;
  }
}

function markReads(expression: Expression, model: MemoryModel): void {
  switch (expression.kind) {
    case "element": {
      markRead(nodeOf(expression.array, model), elements);
      return;
    }
    case "field": {
      markRead(nodeOf(expression.record, model), expression.name);
      return;
    }
    case "length": {
      markRead(nodeOf(expression.array, model), length);
      return;
    }
    case "copy": {
      markRead(nodeOf(expression.source, model), elements, length);
      return;
    }
    case "zeros":
      if (isReference(typeOf(expression.like))) {
        for (const node of reachableFrom(nodeOf(expression.like, model)))
          markRead(node, length, ...node.children.keys());
      }
      return;
    case "extern":
      for (const operand of expression.operands) if (isReference(typeOf(operand))) markAllRead(nodeOf(operand, model));
      return;
    default:
      return;
  }
}

/** The node of the object that an expression of reference type denotes. */
export function nodeOf(what: Expression | Variable, model: MemoryModel): MemoryNode {
  if (!("kind" in what)) return known(model.variables.get(what), what.name);
  switch (what.kind) {
    case "read":
      return known(model.variables.get(what.variable), what.variable.name);
    case "element":
      return child(nodeOf(what.array, model), elements);
    case "field":
      return child(nodeOf(what.record, model), what.name);
    case "global":
      return remember(model.globals, what.name, () => nodeOfType(what.type, model.universe, true));
    default:
      return find(remember(model.expressions, what, () => nodeOfCompound(what, model)));
  }
}

function nodeOfCompound(expression: Expression, model: MemoryModel): MemoryNode {
  const node = nodeOfType(typeOf(expression), model.universe);
  const holds = (key: string, value: Expression) => meet(find(node).children.get(key), value, model);
  switch (expression.kind) {
    case "arrayLiteral":
      for (const value of expression.elements) holds(elements, value);
      break;
    case "recordLiteral":
      for (const field of expression.fields) holds(field.name, field.value);
      break;
    case "copy":
      meetNodes(find(node).children.get(elements), find(nodeOf(expression.source, model)).children.get(elements));
      break;
    case "zeros":
      if (expression.aliased && isReference(typeOf(expression.like)))
        tieLike(node, nodeOf(expression.like, model), new Map());
      break;
    case "conditional":
      meet(node, expression.whenTrue, model);
      meet(node, expression.whenFalse, model);
      break;
    case "binary":
      for (const operand of [expression.left, expression.right]) meet(node, operand, model);
      break;
    case "extern":
      if (expression.text === deepCopy) {
        meetWithin(node);
        break;
      }
      markOutside(node);
      for (const operand of expression.operands) meet(node, operand, model);
      break;
    default:
      break;
  }
  return node;
}

/** A deep copy is new memory, in which objects of one kind may be the same wherever those of the original are. */
function meetWithin(copy: MemoryNode): void {
  const nodes = [...reachableFrom(copy)];
  for (const [i, a] of nodes.entries())
    for (const b of nodes.slice(i + 1)) if ([...find(a).kinds].some((kind) => find(b).kinds.has(kind))) unify(a, b);
}

/** Where two parts of a value may be one object, so may the parts of a shadow that keeps its aliasing. */
function tieLike(shadow: MemoryNode, like: MemoryNode, shadows: Map<MemoryNode, MemoryNode>): void {
  const original = find(like);
  const present = shadows.get(original);
  if (present) {
    unify(present, shadow);
    return;
  }
  shadows.set(original, shadow);
  for (const [key, next] of original.children) {
    const part = find(shadow).children.get(key);
    if (part) tieLike(part, next, shadows);
  }
}

function meet(node: MemoryNode | undefined, value: Expression, model: MemoryModel): void {
  if (node && isReference(typeOf(value))) unify(node, nodeOf(value, model));
}
function meetNodes(a: MemoryNode | undefined, b: MemoryNode | undefined): void {
  if (a && b) unify(a, b);
}

function markPlaceWritten(place: Place, model: MemoryModel): void {
  if (place.kind === "element") markWritten(nodeOf(place.array, model), elements);
  else if (place.kind === "field") markWritten(nodeOf(place.record, model), place.name);
}
function markRead(node: MemoryNode, ...cells: readonly string[]): void {
  for (const cell of cells) find(node).read.add(cell);
}
function markWritten(node: MemoryNode, ...cells: readonly string[]): void {
  for (const cell of cells) find(node).written.add(cell);
}
export function markAllRead(node: MemoryNode): void {
  for (const each of reachableFrom(node)) markRead(each, ...each.cells);
}
export function markOutside(node: MemoryNode | undefined): void {
  if (node) for (const each of reachableFrom(node)) each.outside = true;
}

function known(node: MemoryNode | undefined, name: string): MemoryNode {
  if (!node) throw new Error(`no memory is known for ${name}`);
  return find(node);
}
function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present) return present;
  const made = make();
  map.set(key, made);
  return made;
}

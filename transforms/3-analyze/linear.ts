/** Whether a function is linear in one of its parameters: found by its structure, so that a yes is certain. */
import { isReference, read, typeOf } from "../ir/build.ts";
import type { Call, Expression, FunctionIR, Place, Program, Statement, Type, Variable } from "../ir/ir.ts";
import { expressionsOf, placeOperands, statementsIn, subexpressions } from "../ir/visit.ts";
import { callsApart } from "./calls-apart.ts";
import { classesOf } from "./classes.ts";
import type { Classes } from "./classes.ts";
import { degreeOf, freeOperands, isNumeric, join, NotLinear, requireFree, type Degree, type Known } from "./degree.ts";
import { effectsOf } from "./effects.ts";
import { elements } from "./memory.ts";
import { degreeOfPrimitive } from "./primitive-degree.ts";

/** A variable, a cell of a points-to class (as text), or a result of a function (as text). */
type Item = Variable | string;

/** The degree of everything that holds numbers, whatever the order of the statements. It only grows, from zero. */
interface Flow extends Known {
  readonly program: Program;
  /** The program as it was given: the maps of primitives are found there. */
  readonly given: Program;
  readonly classes: Classes;
  readonly degrees: Map<Item, Degree>;
}

/**
 * Whether the result of a function (in core form) is a sum of terms with the parameter as a factor exactly once: without
 * a constant term, and without a test, an index or an effect that depends on it. Rules that functions bring along are
 * not looked at, only what the functions do. Never says yes of what is not linear.
 */
export function isLinear(program: Program, key: string, parameter: number): boolean {
  if (effectsOf(program)(key).writes.size > 0) return false;
  const apart = callsApart(program, key);
  const entry = apart?.functions.get(key);
  if (!apart || !entry) return false;
  const flow = newFlow(apart, program, key);
  try {
    entry.parameters.forEach((p, i) => giveParameter(flow, p, i === parameter ? "linear" : "free"));
    while (grows(flow));
  } catch (error) {
    if (error instanceof NotLinear) return false;
    throw error;
  }
  const last = entry.body.at(-1);
  return last?.kind === "return" && last.values.every((value, i) => hasNoConstant(flow, value, resultOf(key, i)));
}

function newFlow(program: Program, given: Program, entry: string): Flow {
  const classes = classesOf(program, [entry]);
  const degrees = new Map<Item, Degree>();
  return {
    program,
    given,
    classes,
    degrees,
    ofPlace: (place) => degrees.get(itemOf(classes, place)) ?? "zero",
    reachesLinear: (reference) => cellsAt(classes, reference).some((cell) => degrees.get(cell) === "linear"),
  };
}

function itemOf(classes: Classes, place: Place): Item {
  if (place.kind === "read") return place.variable;
  return place.kind === "element" ? cellOf(classes, place.array) : cellOf(classes, place.record, place.name);
}

function cellOf(classes: Classes, reference: Expression | Variable, name = elements): Item {
  return `${classes.classOf(reference).id} ${name}`;
}

/** All numbers that can be reached from a reference. */
function cellsAt(classes: Classes, reference: Expression): readonly Item[] {
  return [...classes.reachable(classes.classOf(reference))].flatMap((memory) =>
    [...memory.scalars].map((name) => `${memory.id} ${name}`),
  );
}

function resultOf(key: string, i: number): Item {
  return `result ${i} of ${key}`;
}

function hasNoConstant({ classes, degrees }: Flow, value: Expression, result: Item): boolean {
  const items = isReference(typeOf(value)) ? cellsAt(classes, value) : [result];
  return items.every((item) => degrees.get(item) !== "free");
}

function give(flow: Flow, item: Item, degree: Degree): void {
  flow.degrees.set(item, join(flow.degrees.get(item) ?? "zero", degree));
}

function giveParameter(flow: Flow, parameter: Variable, degree: Degree): void {
  if (isReference(parameter.type)) giveAll(flow, read(parameter), degree);
  else give(flow, parameter, degree);
}

/** Every number that can be reached from a reference. */
function giveAll(flow: Flow, reference: Expression, degree: Degree): void {
  for (const cell of cellsAt(flow.classes, reference)) give(flow, cell, degree);
}

/** Puts a value into a place of that type. What references refer to is one class already. */
function store(flow: Flow, item: Item, type: Type, value: Expression): void {
  if (isReference(type)) return;
  if (!isNumeric(type)) requireFree(value, flow);
  if (isNumeric(type) || type.kind === "index" || type.kind === "maybe") give(flow, item, degreeOf(value, flow));
}

/** Adds what the statements pass on; whether anything changed. */
function grows(flow: Flow): boolean {
  const before = [...flow.degrees.values()].join();
  for (const fn of flow.program.functions.values()) {
    for (const statement of statementsIn(fn.body)) {
      for (const expression of expressionsOf(statement))
        for (const part of subexpressions(expression)) flowOfExpression(flow, part);
      flowOfStatement(flow, fn, statement);
    }
  }
  return [...flow.degrees.values()].join() !== before;
}

function flowOfExpression(flow: Flow, expression: Expression): void {
  for (const operand of freeOperands(expression)) requireFree(operand, flow);
  const cell = (name?: string): Item => cellOf(flow.classes, expression, name);
  switch (expression.kind) {
    case "global":
      if (isReference(expression.type)) giveAll(flow, expression, "free");
      return;
    case "newArray":
      if (expression.fill && expression.fill.value !== 0 && !isReference(expression.type.element))
        give(flow, cell(), "free");
      return;
    case "arrayLiteral": {
      const { type } = expression;
      expression.elements.forEach((value, i) =>
        store(flow, cell(), type.kind === "array" ? type.element : type.elements[i], value),
      );
      return;
    }
    case "recordLiteral":
      for (const { name, value } of expression.fields) {
        const type = expression.type.fields.find((field) => field.name === name)?.type;
        if (type) store(flow, cell(name), type, value);
      }
      return;
    case "copy": {
      const { element } = expression.type;
      if (isReference(element)) return;
      if (!isNumeric(element)) requireFree(expression.source, flow);
      give(flow, cell(), flow.degrees.get(cellOf(flow.classes, expression.source)) ?? "zero");
      return;
    }
    default:
      return;
  }
}

function flowOfStatement(flow: Flow, fn: FunctionIR, s: Statement): void {
  switch (s.kind) {
    case "let":
      if (s.value) store(flow, s.variable, s.variable.type, s.value);
      return;
    case "set":
      requireFreeIndex(flow, s.target);
      store(flow, itemOf(flow.classes, s.target), typeOf(s.target), s.value);
      return;
    case "if":
    case "while":
      requireFree(s.test, flow);
      return;
    case "for":
      requireFree(s.lo, flow);
      requireFree(s.hi, flow);
      return;
    case "call":
      flowOfCall(flow, s);
      return;
    case "append": {
      const type = typeOf(s.array);
      if (type.kind === "array") store(flow, cellOf(flow.classes, s.array), type.element, s.value);
      return;
    }
    case "remove":
      if (s.result) move(flow, cellOf(flow.classes, s.array), s.result, s.result.type);
      return;
    case "save":
      if (s.tape.type.kind === "tape") store(flow, cellOf(flow.classes, s.tape), s.tape.type.element, s.value);
      return;
    case "restore":
      requireFreeIndex(flow, s.target);
      move(flow, cellOf(flow.classes, s.tape), itemOf(flow.classes, s.target), typeOf(s.target));
      return;
    case "throw":
      requireFree(s.value, flow);
      return;
    case "return":
      s.values.forEach((value, i) => store(flow, resultOf(fn.key, i), fn.results[i], value));
      return;
    case "note":
      return;
    case "effect":
    case "addInto":
    case "scope":
    case "exit":
      throw new NotLinear();
  }
}

function requireFreeIndex(flow: Flow, target: Place): void {
  for (const operand of placeOperands(target)) if (!isReference(typeOf(operand))) requireFree(operand, flow);
}

/** A number goes from one place to another. */
function move(flow: Flow, from: Item, to: Item, type: Type): void {
  const degree = flow.degrees.get(from) ?? "zero";
  if (isReference(type)) return;
  if (!isNumeric(type) && degree === "linear") throw new NotLinear();
  give(flow, to, degree);
}

function flowOfCall(flow: Flow, call: Call): void {
  const callee = flow.program.functions.get(call.callee);
  if (callee?.primitive) {
    const degrees = call.arguments.map((argument) => degreeOfArgument(flow, argument));
    const degree = degreeOfPrimitive(flow.given, callee, degrees);
    for (const result of call.results) give(flow, result, degree);
    return;
  }
  callee?.parameters.forEach((parameter, i) => store(flow, parameter, parameter.type, call.arguments[i]));
  call.results.forEach((result, i) => move(flow, resultOf(call.callee, i), result, result.type));
}

/** The degree of a value, or of all that an array of tensors holds. */
function degreeOfArgument(flow: Flow, argument: Expression): Degree {
  const type = typeOf(argument);
  if (!isReference(type)) return degreeOf(argument, flow);
  return cellsAt(flow.classes, argument).reduce<Degree>(
    (degree, cell) => join(degree, flow.degrees.get(cell) ?? "zero"),
    "zero",
  );
}

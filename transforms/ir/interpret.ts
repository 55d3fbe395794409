import { forwardResults } from "./build.ts";
import type * as ir from "./ir.ts";
import { evaluate, emptyTape, isTape, type Lookup, type Tape, type Value } from "./interpret-expression.ts";
import { declaredBy } from "./visit.ts";

/** The variables of one activation of a function. */
export type Environment = Map<ir.Variable, Value>;

/** What an observer is told before and after every statement. */
export interface Observation {
  readonly when: "before" | "after";
  readonly statement: ir.Statement;
  readonly fn: ir.FunctionIR;
  readonly environment: ReadonlyMap<ir.Variable, Value>;
}

export interface InterpretOptions {
  readonly global?: Lookup;
  readonly observe?: (observation: Observation) => void;
}

interface Machine extends InterpretOptions {
  readonly program: ir.Program;
}

interface Activation {
  readonly machine: Machine;
  readonly fn: ir.FunctionIR;
  readonly environment: Environment;
}

/** How a block was left: at its end, towards the end of a scope, or with results. */
type Outcome = undefined | { readonly label: ir.Label } | { readonly results: readonly Value[] };

/**
 * Runs a function of the program on JavaScript values and returns its results. For tests: it does exactly what the IR
 * says and checks what the IR promises (tapes do not run empty, places exist, variables are declared before their use).
 */
export function interpret(
  program: ir.Program,
  key: string,
  args: readonly Value[],
  options: InterpretOptions = {},
): readonly Value[] {
  return run({ ...options, program }, key, args);
}

function run(machine: Machine, key: string, args: readonly Value[]): readonly Value[] {
  const fn = machine.program.functions.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  if (fn.primitive)
    return [(machine.global?.(`@primitive.${fn.name}`) as (...values: readonly Value[]) => Value)(...args)];
  const environment: Environment = new Map(fn.parameters.map((parameter, i) => [parameter, args[i]]));
  const outcome = runBlock({ machine, fn, environment }, fn.body);
  if (outcome && "results" in outcome) return outcome.results;
  if (outcome) throw new Error(`${key} leaves no scope named ${outcome.label.name}`);
  if (fn.results.length > 0) throw new Error(`${key} ends without a return`);
  return [];
}

function runBlock(activation: Activation, block: ir.Block): Outcome {
  const { machine, fn, environment } = activation;
  const declared: ir.Variable[] = [];
  let outcome: Outcome;
  for (const statement of block) {
    machine.observe?.({ when: "before", statement, fn, environment });
    outcome = runStatement(activation, statement);
    declared.push(...declaredBy(statement));
    machine.observe?.({ when: "after", statement, fn, environment });
    if (outcome) break;
  }
  for (const variable of declared) environment.delete(variable);
  return outcome;
}

function runStatement(activation: Activation, statement: ir.Statement): Outcome {
  const { environment } = activation;
  const value = (expression: ir.Expression): Value => evaluate(expression, environment, activation.machine.global);
  switch (statement.kind) {
    case "let":
      environment.set(statement.variable, statement.value && value(statement.value));
      return undefined;
    case "set":
      write(activation, statement.target, value(statement.value));
      return undefined;
    case "if":
      return runBlock(activation, value(statement.test) ? statement.then : statement.else);
    case "for":
      return runFor(activation, statement);
    case "while":
      return runWhile(activation, statement);
    case "call": {
      const results = run(activation.machine, statement.callee, statement.arguments.map(value));
      statement.results.forEach((result, i) => environment.set(result, results[i]));
      return undefined;
    }
    case "append":
      (value(statement.array) as Value[]).push(value(statement.value));
      return undefined;
    case "remove": {
      const removed = (value(statement.array) as Value[]).pop();
      if (statement.result) environment.set(statement.result, removed);
      return undefined;
    }
    case "addInto":
      addInto(
        value(statement.target),
        value(statement.source),
        statement.from ? Number(value(statement.from)) : 0,
        activation.machine.global,
      );
      return undefined;
    case "save":
      tapeOf(environment, statement.tape).saved.push(value(statement.value));
      return undefined;
    case "restore":
      restore(activation, statement);
      return undefined;
    case "effect": {
      if (statement.text === forwardResults) return undefined;
      const result = evaluate(
        { kind: "extern", text: statement.text, operands: statement.operands, type: { kind: "nothing" } },
        environment,
      );
      if (statement.result) environment.set(statement.result, result);
      return undefined;
    }
    case "throw":
      throw value(statement.value);
    case "return":
      return { results: statement.values.map(value) };
    case "note":
      return undefined;
    case "scope": {
      const outcome = runBlock(activation, statement.body);
      return outcome && "label" in outcome && outcome.label === statement.label ? undefined : outcome;
    }
    case "exit":
      return { label: statement.label };
  }
}

function runFor(activation: Activation, loop: ir.For): Outcome {
  const { environment, machine } = activation;
  const bound = (expression: ir.Expression): number => evaluate(expression, environment, machine.global) as number;
  const [lo, hi] = [bound(loop.lo), bound(loop.hi)];
  for (let i = 0; i < hi - lo; i++) {
    environment.set(loop.counter, loop.descending ? hi - 1 - i : lo + i);
    const outcome = runBlock(activation, loop.body);
    if (outcome) return outcome;
    if (bound(loop.lo) !== lo || bound(loop.hi) !== hi)
      throw new Error("the body of a counted loop changed its bounds");
  }
  environment.delete(loop.counter);
  return undefined;
}

function runWhile(activation: Activation, loop: ir.While): Outcome {
  const { environment, machine } = activation;
  for (let trips = 0; ; trips++) {
    environment.set(loop.trips, trips);
    if (!evaluate(loop.test, environment, machine.global)) return undefined;
    const outcome = runBlock(activation, loop.body);
    if (outcome) return outcome;
  }
}

function tapeOf(environment: Environment, variable: ir.Variable): Tape {
  const tape = environment.get(variable) ?? emptyTape();
  if (!isTape(tape)) throw new Error(`${variable.name} is not a tape`);
  return tape;
}

function restore(activation: Activation, statement: ir.Restore): void {
  const { saved } = tapeOf(activation.environment, statement.tape);
  if (saved.length === 0) throw new Error(`the tape ${statement.tape.name} is empty`);
  const value = saved.pop();
  if (statement.declares && statement.target.kind === "read")
    activation.environment.set(statement.target.variable, value);
  else write(activation, statement.target, value);
}

function write(activation: Activation, place: ir.Place, value: Value): void {
  const { environment, machine } = activation;
  switch (place.kind) {
    case "read":
      if (!environment.has(place.variable)) throw new Error(`${place.variable.name} is written before it is declared`);
      environment.set(place.variable, value);
      return;
    case "element": {
      const array = evaluate(place.array, environment, machine.global) as Record<number, Value>;
      array[evaluate(place.index, environment, machine.global) as number] = value;
      return;
    }
    case "field":
      (evaluate(place.record, environment, machine.global) as Record<string, Value>)[place.name] = value;
      return;
  }
}

/** Whether it is an array or a plain record; else it is a tensor. */
function isNested(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** `target[from + i] += source[i]`, all through nested arrays and records. */
function addInto(target: Value, source: Value, from: number, global?: Lookup): void {
  const into = target as Record<string, Value>;
  const isArray = Array.isArray(source) || ArrayBuffer.isView(source);
  for (const [key, value] of Object.entries(source as Record<string, Value>)) {
    const place = isArray ? String(Number(key) + from) : key;
    if (typeof value === "number") into[place] = (into[place] as number) + value;
    else if (typeof value !== "object" || value === null) continue;
    else if (isNested(value)) addInto(into[place], value, 0, global);
    else into[place] = (global?.("@runtime.plus") as (a: Value, b: Value) => Value)(into[place], value);
  }
}

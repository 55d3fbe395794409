/** Lengths of parameters that are the same at every call of a function. */
import { isNumber } from "../ir/build.ts";
import type { Call, FunctionIR, Program } from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import { reachableFunctions } from "./effects.ts";
import { atomOf, lengthAtom, lengthOfArray, termOf, type Known, type Lengths } from "./integers.ts";
import { length } from "./memory.ts";
import { atomPolynomial, constantPolynomial, textOf, type Polynomial } from "./polynomials.ts";

/** The arguments of one call: of an array its length, of a number its value, where they are known. */
type Given = readonly (Polynomial | undefined)[];

type Visit = (
  fn: FunctionIR,
  /** Adds what is known of the function's parameters. */
  given: (known: Known, lengths: Lengths) => void,
  onCall: (call: Call, known: Known, lengths: Lengths) => void,
) => void;

/** Visits the functions of a program, callers before what they call. Functions that call each other are given nothing. */
export function forEachFunction(program: Program, entry: string, visit: Visit): void {
  const calls = new Map<string, Given[]>();
  const onCall = (call: Call, known: Known, lengths: Lengths): void => {
    const callee = program.functions.get(call.callee);
    const given = (callee?.parameters ?? []).map(({ type }, i) => {
      const argument = call.arguments[i];
      if (isNumber(type)) return termOf(argument, known, lengths);
      return type.kind === "array" ? lengthOfArray(argument, known, lengths) : undefined;
    });
    calls.set(call.callee, [...(calls.get(call.callee) ?? []), given]);
  };
  const calledElsewhere = new Set([entry, ...mapsOfRules(program)]);
  for (const { fn, isRecursive } of callersFirst(program, entry)) {
    const given = calledElsewhere.has(fn.key) || isRecursive ? [] : (calls.get(fn.key) ?? []);
    visit(fn, (known, lengths) => addGiven(fn, given, known, lengths), onCall);
  }
}

/** What the derivative of a function with a rule of its own calls. */
function mapsOfRules(program: Program): readonly string[] {
  const maps = [...program.functions.values()].flatMap(({ custom }) => [
    ...(custom?.vjp ?? []),
    ...(custom?.jvp ?? []),
  ]);
  return maps.filter((key) => key !== null);
}

function callersFirst(program: Program, entry: string): readonly { fn: FunctionIR; isRecursive: boolean }[] {
  const order: FunctionIR[] = [];
  const seen = new Set<string>();
  const visit = (key: string): void => {
    const fn = seen.has(key) ? undefined : program.functions.get(key);
    if (!fn) return;
    seen.add(key);
    for (const statement of statementsIn(fn.body)) if (statement.kind === "call") visit(statement.callee);
    order.push(fn);
  };
  for (const key of program.functions.keys()) if (key !== entry) visit(key);
  visit(entry);
  const callsItself = (fn: FunctionIR): boolean =>
    [...statementsIn(fn.body)].some(
      (statement) => statement.kind === "call" && reachableFunctions(program, [statement.callee]).has(fn.key),
    );
  return order.reverse().map((fn) => ({ fn, isRecursive: callsItself(fn) }));
}

/** The length of a parameter that is the same constant, number or length of another parameter at every call. */
function addGiven(fn: FunctionIR, calls: readonly Given[], known: Known, lengths: Lengths): void {
  if (calls.length === 0) return;
  fn.parameters.forEach((parameter, i) => {
    if (parameter.type.kind !== "array" || lengths.classes.classOf(parameter).written.has(length)) return;
    const found = constantLength(calls, i) ?? lengthOfAnother(fn, calls, i, lengths);
    if (found) known.values.set(lengthAtom(atomOf(parameter, lengths)), found);
  });
}

function constantLength(calls: readonly Given[], i: number): Polynomial | undefined {
  const values = new Set(
    calls.map((given) => given[i] && [...given[i].keys()].every((key) => key === "") && (given[i].get("") ?? 0)),
  );
  const [value, ...others] = values;
  return typeof value === "number" && others.length === 0 ? constantPolynomial(value) : undefined;
}

function lengthOfAnother(fn: FunctionIR, calls: readonly Given[], i: number, lengths: Lengths): Polynomial | undefined {
  const isSame = (j: number): boolean =>
    calls.every((given) => given[i] && given[j] && textOf(given[i]) === textOf(given[j]));
  const other =
    fn.parameters.find(
      (parameter, j) => j < i && (isNumber(parameter.type) || isFixedArray(fn, j, lengths)) && isSame(j),
    ) ?? fn.parameters.find((parameter, j) => j > i && isNumber(parameter.type) && isSame(j));
  if (!other) return undefined;
  const atom = atomOf(other, lengths);
  return atomPolynomial(other.type.kind === "array" ? lengthAtom(atom) : atom);
}

function isFixedArray(fn: FunctionIR, i: number, { classes }: Lengths): boolean {
  const parameter = fn.parameters[i];
  return parameter.type.kind === "array" && !classes.classOf(parameter).written.has(length);
}

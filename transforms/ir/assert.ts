/** Structural invariants, checked between passes. A violation is a mistake in the compiler, never in the user's program. */
import { isAllocation, isReference, typeOf } from "./build.ts";
import type * as ir from "./ir.ts";
import { printStatement } from "./print.ts";
import { blocksOf, declaredBy, expressionsOf, operandsOf, statementsIn, subexpressions } from "./visit.ts";

/**
 * Which form a function is in: as read; normalized; or after the last passes, which may fold allocations into their
 * use and copy a `return` into branches.
 */
export type Form = "surface" | "core" | "final";

interface Check {
  readonly fn: ir.FunctionIR;
  readonly program: ir.Program;
  readonly form: Form;
  readonly declared: Set<ir.Variable>;
}

/** Throws an Error that names the violation and the statement if `fn` breaks an invariant of its form. */
export function assertWellFormed(fn: ir.FunctionIR, program: ir.Program, form: Form = "core"): void {
  const check: Check = { fn, program, form, declared: new Set() };
  for (const parameter of fn.parameters) declare(check, parameter, undefined);
  checkBlock(check, fn.body, new Set(fn.parameters));
  checkTapes(check);
  if (form === "core") checkReturn(check);
}

function fail({ fn }: Check, violation: string, statement: ir.Statement | undefined): never {
  throw new Error(`${fn.key} is not well formed: ${violation}${statement ? `\n${printStatement(statement)}` : ""}`);
}

function declare(check: Check, variable: ir.Variable, statement: ir.Statement | undefined): void {
  if (check.declared.has(variable)) fail(check, `\`${variable.name}\` is declared twice`, statement);
  check.declared.add(variable);
}

function checkBlock(check: Check, block: ir.Block, outer: ReadonlySet<ir.Variable>): void {
  const scope = new Set(outer);
  for (const statement of block) {
    // `trips` can be read in the test, the counter of a `for` only in its body.
    if (statement.kind === "while") scope.add(statement.trips);
    checkUses(check, statement, scope);
    checkStatement(check, statement);
    for (const variable of declaredBy(statement)) {
      declare(check, variable, statement);
      if (statement.kind !== "for") scope.add(variable);
    }
    const inner = statement.kind === "for" ? new Set([...scope, statement.counter]) : scope;
    for (const nested of blocksOf(statement)) checkBlock(check, nested, inner);
  }
}

function checkUses(check: Check, statement: ir.Statement, scope: ReadonlySet<ir.Variable>): void {
  const use = (variable: ir.Variable): void => {
    if (!scope.has(variable)) fail(check, `\`${variable.name}\` is used before or outside its declaration`, statement);
  };
  for (const expression of expressionsOf(statement)) {
    for (const node of subexpressions(expression)) if (node.kind === "read") use(node.variable);
  }
  if (statement.kind === "set" && statement.target.kind === "read") use(statement.target.variable);
  if (statement.kind === "restore" && statement.target.kind === "read" && !statement.declares)
    use(statement.target.variable);
  if (statement.kind === "save" || statement.kind === "restore") use(statement.tape);
}

function checkStatement(check: Check, statement: ir.Statement): void {
  if (check.form !== "surface") checkCore(check, statement);
  if (check.form !== "final") checkAllocations(check, statement);
  switch (statement.kind) {
    case "set": {
      checkPlace(check, statement, statement.target);
      return;
    }
    case "restore":
      if (statement.tape.type.kind !== "tape") fail(check, `\`${statement.tape.name}\` is not a tape`, statement);
      if (statement.declares && statement.target.kind !== "read")
        fail(check, "only a variable can be declared", statement);
      {
        checkPlace(check, statement, statement.target);
        return;
      }
    case "save":
      if (statement.tape.type.kind !== "tape") fail(check, `\`${statement.tape.name}\` is not a tape`, statement);
      return;
    case "call": {
      checkCall(check, statement);
      return;
    }
    default:
      return;
  }
}

function checkCore(check: Check, statement: ir.Statement): void {
  if (statement.kind === "scope" || statement.kind === "exit")
    fail(check, "scopes and exits belong to the surface form", statement);
  if (check.form !== "core") return;
  for (const expression of expressionsOf(statement)) {
    for (const node of subexpressions(expression)) {
      if (node.kind !== "conditional") continue;
      const type = typeOf(node);
      if (type.kind === "real" || isReference(type))
        fail(check, "a conditional expression that may carry a derivative", statement);
    }
  }
}

function checkAllocations(check: Check, statement: ir.Statement): void {
  const whole =
    (statement.kind === "let" || (statement.kind === "set" && statement.target.kind === "read")) &&
    statement.value &&
    isAllocation(statement.value)
      ? statement.value
      : undefined;
  for (const expression of expressionsOf(statement)) {
    for (const node of subexpressions(expression)) {
      if (node !== whole && isAllocation(node))
        fail(check, `the allocation \`${node.kind}\` is not the whole value of a variable`, statement);
      if (node.kind === "newTape" && statement.kind !== "let")
        fail(check, "a tape is made by something else than its declaration", statement);
    }
  }
}

function checkPlace(check: Check, statement: ir.Statement, place: ir.Place): void {
  if (place.kind === "read") return;
  const container = place.kind === "element" ? place.array : place.record;
  if (isReference(typeOf(place)) && container.kind !== "read")
    fail(check, "a reference is stored through a path", statement);
  if (place.kind === "element" && readsMemory(place.index)) fail(check, "the index of a store reads memory", statement);
}

function readsMemory(expression: ir.Expression): boolean {
  if (expression.kind === "element" || expression.kind === "field" || expression.kind === "length") return true;
  return operandsOf(expression).some(readsMemory);
}

function checkCall(check: Check, statement: ir.Call): void {
  const callee = check.program.functions.get(statement.callee);
  if (!callee) fail(check, `the program has no function \`${statement.callee}\``, statement);
  // The map of a custom rule may leave out its last parameters.
  if (callee.parameters.length > statement.arguments.length) fail(check, "a call with too few arguments", statement);
  if (callee.results.length !== statement.results.length)
    fail(check, "the number of results is not that of the callee", statement);
}

/** A tape that never leaves the function has as many saves as restores: one each, in a first derivative. */
function checkTapes(check: Check): void {
  const balance = new Map<ir.Variable, number>();
  const passed = new Set<ir.Variable>();
  for (const statement of statementsIn(check.fn.body)) {
    if (statement.kind === "let" && statement.value?.kind === "newTape") balance.set(statement.variable, 0);
    if (statement.kind === "save") balance.set(statement.tape, (balance.get(statement.tape) ?? 0) + 1);
    if (statement.kind === "restore") balance.set(statement.tape, (balance.get(statement.tape) ?? 0) - 1);
    for (const expression of expressionsOf(statement)) if (expression.kind === "read") passed.add(expression.variable);
  }
  for (const [tape, difference] of balance) {
    const local = !passed.has(tape) && !check.fn.parameters.includes(tape);
    if (local && difference !== 0)
      fail(check, `the tape \`${tape.name}\` has not as many saves as restores`, undefined);
  }
}

function checkReturn(check: Check): void {
  const { body, results } = check.fn;
  const last = body.at(-1);
  for (const statement of statementsIn(body)) {
    if (statement.kind === "return" && statement !== last)
      fail(check, "a return that is not the last statement", statement);
  }
  if (last?.kind !== "return") fail(check, "the last statement is no return", last);
  if (last.values.length !== results.length) fail(check, "the number of values is not that of the results", last);
}

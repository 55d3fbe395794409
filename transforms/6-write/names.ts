import type * as ir from "../ir/ir.ts";
import { blocksOf, declaredBy } from "../ir/visit.ts";

export interface NameRequest {
  readonly fn: ir.FunctionIR;
  /** Top-level names of the module: no name the compiler chooses hides one. */
  readonly taken: ReadonlySet<string>;
  /** Names of the module that this function refers to: no name at all may hide one. */
  readonly referred: ReadonlySet<string>;
}

/** A block of the written text, with the names declared in it and in what is nested in it. */
interface Scope {
  readonly parent: Scope | undefined;
  readonly own: Set<string>;
  readonly below: Set<string>;
}

interface Declaration {
  readonly variable: ir.Variable;
  readonly scope: Scope;
}

/** Words that cannot be a variable's name, or that would hide what generated code uses. */
const reserved: ReadonlySet<string> = new Set(
  (
    "abstract arguments async await boolean break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function get if implements import in instanceof interface let new null of package private " +
    "protected public return set static super switch this throw true try type typeof var void while with yield " +
    "undefined NaN Infinity globalThis Math Number Array Object String Boolean Error RangeError TypeError console " +
    "Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array"
  ).split(" "),
);

/** A name for a place of a tuple type: the gradient of `o` is not called `do` there either. */
export function labelText(label: string): string {
  return reserved.has(label) ? `${label}2` : label;
}

/**
 * Gives every variable of a function its name: the wish where it is free, else with a number. A name is never used
 * twice where one of the variables is visible to the other, so that nothing is hidden; apart from that, names repeat.
 */
export function assignNames({ fn, taken, referred }: NameRequest): ReadonlyMap<ir.Variable, string> {
  const root = newScope(undefined);
  const declarations: Declaration[] = fn.parameters.map((variable) => ({ variable, scope: root }));
  collect(fn.body, root, declarations);
  const names = new Map<ir.Variable, string>();
  const inOrder = declarations.map((declaration, at) => ({
    declaration,
    key: rank(declaration.variable, fn) * declarations.length + at,
  }));
  inOrder.sort((a, b) => a.key - b.key);
  for (const { declaration } of inOrder) {
    const { variable, scope } = declaration;
    const hides = isUsers(variable) ? referred : taken;
    const name = firstFree(
      wishOf(variable),
      (wish) => !reserved.has(wish) && !hides.has(wish) && !referred.has(wish) && isFree(wish, scope),
    );
    names.set(variable, name);
    scope.own.add(name);
    for (let at: Scope | undefined = scope; at; at = at.parent) at.below.add(name);
  }
  return names;
}

/** The wish itself, or the first of `wish2`, `wish3` … that is free. */
export function firstFree(wish: string, isFreeName: (name: string) => boolean): string {
  if (isFreeName(wish)) return wish;
  const stem = /\d$/.test(wish) ? `${wish}_` : wish;
  for (let i = 2; ; i++) if (isFreeName(`${stem}${i}`)) return `${stem}${i}`;
}

function newScope(parent: Scope | undefined): Scope {
  return { parent, own: new Set(), below: new Set() };
}

function collect(block: ir.Block, scope: Scope, declarations: Declaration[]): void {
  for (const statement of block) {
    const nested = blocksOf(statement).map((body) => ({ body, inner: newScope(scope) }));
    const own = statement.kind === "for" ? nested[0].inner : scope;
    for (const variable of declaredBy(statement)) declarations.push({ variable, scope: own });
    for (const { body, inner } of nested) collect(body, inner, declarations);
  }
}

function isFree(name: string, scope: Scope): boolean {
  if (scope.below.has(name)) return false;
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.own.has(name)) return false;
  return true;
}

function isUsers({ role }: ir.Variable): boolean {
  return role === "user" || role === "parameter" || role === "counter";
}

/** The user's names come first, so that no name of the compiler takes one away. */
function rank(variable: ir.Variable, fn: ir.FunctionIR): number {
  if (fn.parameters.includes(variable)) return 0;
  switch (variable.role) {
    case "user":
    case "parameter":
      return 1;
    case "counter":
      return 2;
    case "shadow":
      return 3;
    case "tape":
    case "temporary":
      return 4;
  }
}

/** A wish is text of any kind: what cannot stand in an identifier is dropped. */
function wishOf({ name }: ir.Variable): string {
  const identifier = name.replace(/[^\p{ID_Continue}$]/gu, "");
  return /^[\p{ID_Start}$_]/u.test(identifier) ? identifier : `_${identifier}`;
}

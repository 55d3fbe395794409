/** What is in scope at a point of a random program, and the places that can be reached from there. */
import type { Chooser } from "./chooser.ts";
import {
  isReference,
  parts,
  references,
  tensorReferences,
  typeText,
  type Kind,
  type Reference,
  type Typed,
} from "./kinds.ts";

export interface Local {
  readonly name: string;
  readonly kind: Kind;
  readonly assignable: boolean;
}

/** A function that can be called. The last parameter of a recursive one is its depth. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Local[];
  readonly result: Kind;
  readonly recursive: boolean;
}

export interface Scope {
  readonly choose: Chooser;
  readonly fresh: (stem: string) => string;
  readonly typed: Typed;
  /** Whether arrays of numbers may be empty. */
  readonly mayBeEmpty: boolean;
  /** Whether the program is one of tensors, and whether they may be differentiated within it. */
  readonly tensors: boolean;
  readonly nested: boolean;
  readonly locals: readonly Local[];
  readonly functions: readonly Signature[];
  /** Names of local functions of one number. */
  readonly lambdas: readonly string[];
  /** Names of local functions of one row. */
  readonly rowLambdas: readonly string[];
  /** The name of the recursive function around. */
  readonly within: string | undefined;
  readonly result: Kind;
  /** How deeply blocks may still nest. */
  readonly room: number;
  /** What `break` and `continue` leave, and the labels of the loops around. */
  readonly canBreak: boolean;
  readonly canContinue: boolean;
  readonly labels: readonly string[];
}

export function local(name: string, kind: Kind, assignable = true): Local {
  return { name, kind, assignable };
}

export function withLocals(scope: Scope, ...more: readonly Local[]): Scope {
  return { ...scope, locals: [...scope.locals, ...more] };
}

export function names(scope: Scope, kind: Kind, assignable = false): string[] {
  return scope.locals.filter((item) => item.kind === kind && (!assignable || item.assignable)).map((item) => item.name);
}

/** The scope of a function written in place: it calls no helpers, and leaves nothing around it. */
export function inCallback(scope: Scope, ...parameters: readonly Local[]): Scope {
  const inner = { ...scope, functions: [], room: 0, canBreak: false, canContinue: false, labels: [] };
  return withLocals(inner, ...parameters);
}

/** A way to a value; its text is chosen when it is asked for. */
interface Route {
  readonly local: Local;
  readonly steps: readonly { readonly suffix: string | undefined; readonly of: Reference }[];
}

/** The text of a place, and of the array it is an element of, where that may be empty. */
export interface Place {
  readonly text: string;
  readonly array: string | undefined;
}

function routes(scope: Scope, wanted: Kind, assignable: boolean): Route[] {
  const found: Route[] = [];
  const visit = (route: Route, kind: Kind): void => {
    if (kind === wanted && (!assignable || route.local.assignable || route.steps.length > 0)) found.push(route);
    if (route.steps.length === 3 || !isReference(kind)) return;
    for (const { suffix, kind: inner } of parts[kind])
      visit({ ...route, steps: [...route.steps, { suffix, of: kind }] }, inner);
  };
  for (const item of scope.locals) visit({ local: item, steps: [] }, item.kind);
  return found;
}

/** A place that holds a value of the kind; undefined where none can be reached. */
export function place(scope: Scope, kind: Kind, assignable = false): Place | undefined {
  const found = routes(scope, kind, assignable);
  if (found.length === 0) return undefined;
  const near = found.filter((route) => route.steps.length <= 1);
  const route = scope.choose.pick(near.length > 0 && !scope.choose.oneIn(4) ? near : found);
  let text = route.local.name;
  let array: string | undefined;
  for (const { suffix, of } of route.steps) {
    array = suffix === undefined && scope.mayBeEmpty && (of === "number[]" || of === "Floats") ? text : undefined;
    text += suffix ?? `[${index(scope, text)}]`;
  }
  return { text, array };
}

/** An index within an array that is not empty. */
export function index(scope: Scope, array: string): string {
  const counters = names(scope, "counter");
  return scope.choose.pick(["0", `${array}.length - 1`, ...counters.map((counter) => `${counter} % ${array}.length`)]);
}

/** The kinds of objects that a program has. */
export function referencesOf({ tensors }: Pick<Scope, "tensors">): readonly Reference[] {
  return tensors ? ["number[]", ...tensorReferences] : references;
}

/** A declaration with the type written out. */
export function declaration(keyword: string, name: string, kind: Kind, value: string): string {
  return `${keyword} ${name}${kind === "number" ? "" : `: ${typeText(kind)}`} = ${value};`;
}

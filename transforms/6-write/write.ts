import type * as ir from "../ir/ir.ts";
import { expressionsIn } from "../ir/visit.ts";
import { startComments } from "./comments.ts";
import { docComment } from "./doc-comment.ts";
import { expressionPrinter, withHelpers } from "./expressions.ts";
import { format } from "./format.ts";
import { assignNames, firstFree } from "./names.ts";
import { expandSums, factsOf, withNamedZeros } from "./prepare.ts";
import { acceptable } from "./present.ts";
import { mapTexts, referredNames } from "./referred.ts";
import { calledFunction } from "../ir/build.ts";
import { bodyLines } from "./statements.ts";
import { parametersText, resultText } from "./types.ts";
import { runtimeHelpers, type Helpers, type Writer } from "./writer.ts";

export interface WriteContext {
  readonly program: ir.Program;
  /** Names taken in the module: its top-level names, its imports, and the globals used in it. */
  readonly taken: ReadonlySet<string>;
  /** The name under which the module has the type of tensors, if it has. */
  readonly tensor?: string | undefined;
  /** The name under which a function of the program is called in this module. */
  readonly nameOf: (key: string) => string;
}

export interface WrittenModule {
  /** The functions, without imports. */
  readonly text: string;
  /** What to import from `cotangent/runtime`: names, `name as other` where the name is taken, `type Tape`. */
  readonly runtime: readonly string[];
  /** The types to import from `cotangent`, written likewise. */
  readonly types: readonly string[];
  /** The types to import from `cotangent/nn`, written likewise. */
  readonly own: readonly string[];
}

interface ImportSets {
  readonly runtime: Set<string>;
  readonly types: Set<string>;
  readonly own: Set<string>;
}

/** Writes functions as TypeScript: names, comments, types; formatted. Derived functions are exported. */
export async function write(functions: readonly ir.FunctionIR[], context: WriteContext): Promise<WrittenModule> {
  const written = writeUnformatted(functions, context);
  return { ...written, text: await format(written.text) };
}

/** The same for whoever only runs it: lines as they come. */
export function writeUnformatted(functions: readonly ir.FunctionIR[], context: WriteContext): WrittenModule {
  const runtime = new Set<string>();
  const types = new Set<string>();
  const own = new Set<string>();
  const helpers = importsOf(context, { runtime, types, own });
  const nameOf = (key: string): string => context.nameOf(key).replace(/[^\p{ID_Continue}$]+/gu, "_");
  const texts = functions.map((fn) => functionText(fn, { ...context, nameOf }, helpers));
  return {
    text: texts.join("\n"),
    runtime: [...runtime].sort(),
    types: [...types].sort(),
    own: [...own].sort(),
  };
}

type Imports = Omit<Helpers, "nothing">;

/** Helpers keep their names unless the module has a thing of that name; then they are imported under another. */
function importsOf({ taken, tensor }: WriteContext, { runtime, types, own }: ImportSets): Imports {
  const local = (name: string, imports: Set<string>): string => {
    if (name === "type Tensor" && tensor !== undefined) return tensor;
    const bare = name.replace("type ", "");
    const free = importedName(bare, taken);
    imports.add(free === bare ? name : `${name} as ${free}`);
    return free;
  };
  return {
    runtime: (helper) => local(helper, runtime),
    type: (name) => local(name, types),
    own: (name) => local(`type ${name}`, own),
  };
}

function importedName(helper: string, taken: ReadonlySet<string>): string {
  return firstFree(helper, (candidate) => !taken.has(candidate));
}

function functionText(original: ir.FunctionIR, context: WriteContext, imports: Imports): string {
  const helpers: Helpers = { ...imports, nothing: mentionsNull(original) ? "null | undefined" : "undefined" };
  const fn = prepared(original, context, helpers);
  const imported = [...runtimeHelpers, "Tape", "Tensor", "Gradient"].map((helper) =>
    importedName(helper, context.taken),
  );
  const referred = new Set([...imported, ...referredNames(fn, context.nameOf)]);
  const names = assignNames({ fn, taken: context.taken, referred });
  const name = (variable: ir.Variable): string => {
    const known = names.get(variable);
    if (known === undefined) throw new Error(`${fn.key}: \`${variable.name}\` is not declared`);
    return known;
  };
  const used = new Set([...names.values(), ...context.taken]);
  const writer: Writer = {
    fn,
    program: context.program,
    nameOf: context.nameOf,
    name,
    expressions: expressionPrinter(name, helpers, used),
    helpers,
    facts: factsOf(fn.body),
    comments: startComments(fn),
  };
  const head = `${fn.derivation ? "export " : ""}function ${context.nameOf(fn.key)}(${parametersText(writer)}): ${resultText(writer)}`;
  return `${docComment(writer)}${head} {\n${bodyLines(writer).join("\n")}\n}\n`;
}

/** The function with a body that can be written statement by statement. */
function prepared(fn: ir.FunctionIR, { program, nameOf }: WriteContext, helpers: Helpers): ir.FunctionIR {
  const body = mapTexts(withNamedZeros(expandSums(fn.body)), (text) =>
    withHelpers(text, helpers).replace(calledFunction, (_, key: string) => nameOf(key)),
  );
  return { ...fn, body: acceptable({ ...fn, body }, program) };
}

/** Whether a value that is absent may be `null` rather than `undefined`. */
function mentionsNull({ parameters, body }: ir.FunctionIR): boolean {
  if (parameters.some(({ annotation }) => annotation !== undefined && /\bnull\b/.test(annotation))) return true;
  for (const expression of expressionsIn(body))
    if (expression.kind === "constant" && expression.value === null) return true;
  return false;
}

import type * as ir from "../ir/ir.ts";
import { startComments } from "./comments.ts";
import { docComment } from "./doc-comment.ts";
import { expressionPrinter, withHelpers } from "./expressions.ts";
import { format } from "./format.ts";
import { assignNames, firstFree } from "./names.ts";
import { expandSums, factsOf } from "./prepare.ts";
import { mapTexts, referredNames } from "./referred.ts";
import { bodyLines } from "./statements.ts";
import { parametersText, resultText } from "./types.ts";
import { runtimeHelpers, type Helpers, type Writer } from "./writer.ts";

export interface WriteContext {
  readonly program: ir.Program;
  /** Names taken in the module: its top-level names, its imports, and the globals used in it. */
  readonly taken: ReadonlySet<string>;
  /** The name under which a function of the program is called in this module. */
  readonly nameOf: (key: string) => string;
}

export interface WrittenModule {
  /** The functions, formatted, without imports. */
  readonly text: string;
  /** What to import from `cotangent/runtime`: names, `name as other` where the name is taken, `type Tape`. */
  readonly runtime: readonly string[];
  /** The types to import from `cotangent`, written likewise. */
  readonly types: readonly string[];
}

/** Writes functions as TypeScript: names, comments, types; formatted. Derived functions are exported. */
export async function write(functions: readonly ir.FunctionIR[], context: WriteContext): Promise<WrittenModule> {
  const runtime = new Set<string>();
  const types = new Set<string>();
  const helpers = importsOf(context, runtime, types);
  const texts = functions.map((fn) => functionText(fn, context, helpers));
  return { text: await format(texts.join("\n")), runtime: [...runtime].sort(), types: [...types].sort() };
}

/** Helpers keep their names unless the module has a thing of that name; then they are imported under another. */
function importsOf({ taken }: WriteContext, runtime: Set<string>, types: Set<string>): Helpers {
  const local = (name: string, imports: Set<string>): string => {
    const bare = name.replace("type ", "");
    const free = firstFree(bare, (candidate) => !taken.has(candidate));
    imports.add(free === bare ? name : `${name} as ${free}`);
    return free;
  };
  return { runtime: (helper) => local(helper, runtime), type: (name) => local(name, types) };
}

function functionText(original: ir.FunctionIR, context: WriteContext, helpers: Helpers): string {
  const isTaken = (name: string): boolean => context.taken.has(name);
  const fn = withBody(original, helpers, isTaken);
  const referred = referredNames(fn, context.nameOf);
  const names = assignNames({ fn, taken: new Set([...context.taken, ...runtimeHelpers]), referred });
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
    facts: { ...factsOf(fn.body), names: used },
    comments: startComments(fn),
  };
  const head = `${fn.derivation ? "export " : ""}function ${context.nameOf(fn.key)}(${parametersText(writer)}): ${resultText(writer)}`;
  return `${docComment(writer)}${head} {\n${bodyLines(writer).join("\n")}\n}\n`;
}

function withBody(fn: ir.FunctionIR, helpers: Helpers, isTaken: (name: string) => boolean): ir.FunctionIR {
  const body = expandSums(fn.body);
  return { ...fn, body: mapTexts(body, (text) => withHelpers(text, helpers, isTaken)) };
}

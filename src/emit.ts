import type { FunctionIR } from "../transforms/ir/ir.ts";
import { keepsTensorsInside } from "../transforms/3-analyze/escape.ts";
import { calleesIn } from "../transforms/ir/visit.ts";
import { write } from "../transforms/6-write/write.ts";
import { finishTogether } from "../transforms/pipeline.ts";
import { ts } from "../transforms/typescript.ts";
import { addTo, assemble, freeName, newModule, type CompiledModule, type Module } from "./module.ts";
import { homesOf } from "./homes.ts";
import { tensorName } from "./module-names.ts";
import { attaching, lossOf } from "./loss-calls.ts";
import type { Edit } from "./source-map.ts";
import { isOwnFile, ownFolder } from "../transforms/own-package.ts";
import { specifierOf } from "./specifier.ts";
import type { Answer, Requests } from "./requests.ts";

export type { CompiledModule } from "./module.ts";

interface Answered extends Answer {
  readonly node: ts.CallExpression;
}

/** The modules of a program with their requests replaced, and each derivative appended to the module of its primal. */
export async function emitModules(
  program: ts.Program,
  requests: Requests,
  answers: readonly Answered[],
): Promise<Map<string, CompiledModule>> {
  const modules = new Map<string, Module>();
  const moduleOf = (path: string): Module => {
    const known = modules.get(path) ?? newModule(program, requests, path);
    modules.set(path, known);
    return known;
  };
  const written = finishedTogether(requests, answers);
  const context = withFunctions(requests, written);
  for (const made of answers) {
    hoist(moduleOf, requests, made);
    addSections(moduleOf, titleOf(made.node, requests), made, written);
    const target = moduleOf(made.node.getSourceFile().fileName);
    target.edits.push(
      editFor(
        made,
        target,
        context,
        reusing(target, context, made, importedName(target, moduleOf, context, entryOf(context, made))),
      ),
    );
  }
  const result = new Map<string, CompiledModule>();
  for (const module of modules.values()) await writeSections(module, moduleOf, context);
  for (const [path, module] of modules) {
    if (module.edits.length > 0 || module.sections.length > 0 || module.exports.size > 0)
      result.set(path, assemble(module));
  }
  return result;
}

/** The derivative stands for the request; a loss that is handed to `fit` gets it attached. */
function editFor({ node, of }: Answered, target: Module, { checker }: Requests, derivative: string): Edit {
  const loss = lossOf(node, checker);
  const { expression } = node;
  if (!loss) return { start: node.getStart(), end: node.getEnd(), text: derivative };
  const attach = ts.isPropertyAccessExpression(expression)
    ? `${expression.expression.getText()}.${attaching}`
    : ownImport(target, "cotangent/nn", attaching);
  const text = `${attach}(${target.known.get(of) ?? loss.getText()}, ${derivative})`;
  return { start: loss.getStart(), end: loss.getEnd(), text };
}

/** The derivative, which takes the memory of its tensors again in its next call where that has been proved to be safe. */
function reusing(target: Module, { functions, options }: Requests, made: Answered, derivative: string): string {
  const entry = functions.get(made.derived.key);
  const isSafe = entry !== undefined && options.passes !== "none" && keepsTensorsInside(entry, functions);
  return isSafe ? `${ownImport(target, "cotangent/runtime", "reuseBuffers")}(${derivative})` : derivative;
}

/** The name of a function of the package in a module, imported if need be. */
function ownImport(target: Module, from: "cotangent/nn" | "cotangent/runtime", name: string): string {
  const known = target.known.get(`${ownFolder}#${name}`);
  if (known) return known;
  const local = freeName(name, target.names);
  target.known.set(`${ownFolder}#${name}`, local);
  addTo(target.functionImports, from, local === name ? name : `${name} as ${local}`);
  return local;
}

/** The derivatives of one answer alone, module after module, as they would be appended. */
export async function emitDerivatives(
  program: ts.Program,
  requests: Requests,
  made: Answer,
  title: string,
): Promise<string> {
  const modules = new Map<string, Module>();
  const moduleOf = (path: string): Module => {
    const known = modules.get(path) ?? newModule(program, requests, path);
    modules.set(path, known);
    return known;
  };
  const written = finishedTogether(requests, [made]);
  addSections(moduleOf, title, made, written);
  const context = withFunctions(requests, written);
  for (const module of modules.values()) await writeSections(module, moduleOf, context);
  return [...modules.values()].map((module) => assemble(module).appended).join("\n");
}

type ModuleOf = (path: string) => Module;

/** The functions of these answers, each once, after the passes that see them all. */
function finishedTogether(
  { functions, options }: Requests,
  answers: readonly Answer[],
): ReadonlyMap<string, FunctionIR> {
  const all = new Map<string, FunctionIR>();
  for (const { derived } of answers) for (const fn of derived.functions) if (!all.has(fn.key)) all.set(fn.key, fn);
  return new Map(finishTogether([...all.values()], functions, options.passes).map((fn) => [fn.key, fn]));
}

/** A function as other modules refer to it. */
interface Reference {
  readonly key: string;
  readonly file: string;
}

function withFunctions(requests: Requests, written: ReadonlyMap<string, FunctionIR>): Requests {
  return { ...requests, functions: new Map([...requests.functions, ...written]) };
}

/** Puts the functions of an answer into the modules that they belong to and that do not have them yet. */
function addSections(
  moduleOf: ModuleOf,
  title: string,
  { derived, asker }: Answer,
  written: ReadonlyMap<string, FunctionIR>,
): void {
  for (const [path, all] of homesOf(written, derived.key, asker)) {
    const home = moduleOf(path);
    const fresh = all.filter((fn) => !home.known.has(fn.key));
    for (const fn of fresh) home.known.set(fn.key, freeName(fn.name, home.names));
    if (fresh.length > 0) home.sections.push({ title, functions: fresh, text: "" });
  }
}

/**
 * A function that is written in the request, or inside another function, becomes a function of its module: what is
 * appended refers to it, and the request goes.
 */
function hoist(moduleOf: ModuleOf, requests: Requests, { of, node: call }: Answered): void {
  const fn = requests.functions.get(of);
  if (!fn?.synthetic) return;
  const home = moduleOf(fn.file);
  const node = functionAt(home.file, fn.origin.start);
  if (!node || home.known.has(of)) return;
  const name = freeName(fn.name, home.names);
  home.known.set(of, name);
  home.sections.push({ title: titleOf(call, requests), functions: [], text: functionText(node, name) });
}

function titleOf(call: ts.CallExpression, { checker }: Pick<Requests, "checker">): string {
  const loss = lossOf(call, checker);
  if (loss) return `the loss of ${call.expression.getText()}`;
  return call.getText().replace(/\s+/g, " ");
}

function functionAt(file: ts.SourceFile, start: number): ts.FunctionLikeDeclaration | undefined {
  const visit = (node: ts.Node): ts.FunctionLikeDeclaration | undefined => {
    if (ts.isFunctionLike(node) && node.getStart() === start) return node as ts.FunctionLikeDeclaration;
    return node.pos <= start && start < node.end ? ts.forEachChild(node, visit) : undefined;
  };
  return visit(file);
}

/** The same function as a declaration, which may be called from the whole module. */
function functionText(node: ts.FunctionLikeDeclaration, name: string): string {
  const parameters = node.parameters.map((parameter) => parameter.getText()).join(", ");
  const type = node.type ? `: ${node.type.getText()}` : "";
  const body =
    node.body && ts.isBlock(node.body) ? node.body.getText() : `{\n  return ${node.body?.getText() ?? ""};\n}`;
  return `function ${name}(${parameters})${type} ${body}\n`;
}

function entryOf(requests: Requests, made: Answered): Reference {
  const derived = requests.functions.get(made.derived.key);
  if (!derived) throw new Error(`no function ${made.derived.key}`);
  return { key: derived.key, file: derived.file };
}

/** The name of a function in a module, imported if need be. */
function localName(module: Module, moduleOf: ModuleOf, requests: Requests, key: string): string {
  const known = module.known.get(key);
  if (known) return known;
  const fn = requests.functions.get(key);
  if (!fn) throw new Error(`no function ${key}`);
  const own = module.known.get(`${fn.file}@${fn.origin.start}`);
  if (own && !fn.derivation && !fn.synthetic) return own;
  if (fn.file === module.file.fileName) return fn.name;
  if (isOwnFile(fn.file) && !fn.derivation && !fn.synthetic) return ownImport(module, "cotangent/nn", fn.name);
  const home = moduleOf(fn.file);
  const name = home.known.get(key) ?? home.known.get(`${fn.file}@${fn.origin.start}`) ?? fn.name;
  if (!fn.derivation && !isExported(home.file, requests, name)) home.exports.add(name);
  return importedName(module, moduleOf, requests, { key, file: fn.file }, name);
}

function isExported(file: ts.SourceFile, { checker }: Requests, name: string): boolean {
  const symbol = checker.getSymbolAtLocation(file);
  return symbol !== undefined && checker.getExportsOfModule(symbol).some((exported) => exported.name === name);
}

function importedName(
  module: Module,
  moduleOf: ModuleOf,
  { checker }: Requests,
  { key, file }: Reference,
  wish?: string,
): string {
  const known = module.known.get(key);
  if (known) return known;
  const exported = moduleOf(file).known.get(key) ?? wish;
  if (exported === undefined) throw new Error(`${key} has no name`);
  const local = freeName(exported, module.names);
  module.known.set(key, local);
  addTo(
    module.functionImports,
    specifierOf(module.file, moduleOf(file).file, checker),
    local === exported ? exported : `${exported} as ${local}`,
  );
  return local;
}

async function writeSections(module: Module, moduleOf: ModuleOf, requests: Requests): Promise<void> {
  for (const [i, section] of module.sections.entries()) {
    if (section.functions.length === 0) continue;
    for (const fn of section.functions) {
      for (const key of calleesIn(fn)) localName(module, moduleOf, requests, key);
    }
    const written = await write(section.functions, {
      program: { functions: requests.functions },
      taken: new Set([...module.topLevel, ...module.known.values()]),
      tensor: tensorName(module.file, requests.checker),
      nameOf: (key) => localName(module, moduleOf, requests, key),
    });
    for (const name of written.runtime) addTo(module.imports, "cotangent/runtime", name);
    for (const name of written.types)
      addTo(module.imports, "cotangent", name.startsWith("type ") ? name : `type ${name}`);
    for (const name of written.own) addTo(module.imports, "cotangent/nn", name);
    module.sections[i] = { ...section, text: written.text };
  }
}

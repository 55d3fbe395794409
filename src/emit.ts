import type { FunctionIR } from "../transforms/ir/ir.ts";
import { statementsIn } from "../transforms/ir/visit.ts";
import { write } from "../transforms/6-write/write.ts";
import { ts } from "../transforms/typescript.ts";
import { addTo, assemble, freeName, newModule, type CompiledModule, type Module } from "./module.ts";
import { specifierOf } from "./specifier.ts";
import type { Answer, Requests } from "./requests.ts";
import { wrapPullback } from "./pullback.ts";

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
  const emitted = new Set<string>();
  for (const made of answers) {
    const hoisted = hoist(moduleOf, requests, made);
    const fresh = made.derived.functions.filter((fn) => !emitted.has(fn.key) && fn.key !== hoisted);
    for (const fn of fresh) {
      emitted.add(fn.key);
      const home = moduleOf(fn.file);
      home.known.set(fn.key, freeName(fn.name, home.names));
    }
    addSections(moduleOf, titleOf(made.node), fresh);
    const entry = entryName(moduleOf, requests, made);
    const target = moduleOf(made.node.getSourceFile().fileName);
    target.edits.push({
      start: made.node.getStart(),
      end: made.node.getEnd(),
      text: importedName(target, moduleOf, requests, entry),
    });
  }
  const result = new Map<string, CompiledModule>();
  for (const module of modules.values()) await writeSections(module, moduleOf, requests);
  for (const [path, module] of modules) {
    if (module.edits.length > 0 || module.sections.length > 0 || module.exports.size > 0)
      result.set(path, assemble(module));
  }
  return result;
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
  for (const fn of made.derived.functions) {
    const home = moduleOf(fn.file);
    home.known.set(fn.key, freeName(fn.name, home.names));
  }
  addSections(moduleOf, title, made.derived.functions);
  for (const module of modules.values()) await writeSections(module, moduleOf, requests);
  return [...modules.values()].map((module) => assemble(module).appended).join("\n");
}

type ModuleOf = (path: string) => Module;

/** A function as other modules refer to it. */
interface Reference {
  readonly key: string;
  readonly file: string;
}

function addSections(moduleOf: ModuleOf, title: string, fresh: readonly FunctionIR[]): void {
  const byFile = new Map<string, FunctionIR[]>();
  for (const fn of fresh) byFile.set(fn.file, [...(byFile.get(fn.file) ?? []), fn]);
  for (const [path, functions] of byFile) moduleOf(path).sections.push({ title, functions, text: "" });
}

/**
 * A function that is written in the request, or inside another function, becomes a function of its module: what is
 * appended refers to it, and the request goes. Gives its key.
 */
function hoist(moduleOf: ModuleOf, requests: Requests, { of, node: call }: Answered): string | undefined {
  const fn = requests.functions.get(of);
  if (!fn?.synthetic) return undefined;
  const home = moduleOf(fn.file);
  const node = functionAt(home.file, fn.origin.start);
  if (!node || home.known.has(of)) return node && of;
  const name = freeName(fn.name, home.names);
  home.known.set(of, name);
  home.sections.push({ title: titleOf(call), functions: [], text: functionText(node, name) });
  return of;
}

function titleOf(call: ts.CallExpression): string {
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

/** The derivative itself; for `vjp` the function that returns the pullback. */
function entryName(moduleOf: ModuleOf, requests: Requests, made: Answered): Reference {
  const derived = requests.functions.get(made.derived.key);
  if (!derived) throw new Error(`no function ${made.derived.key}`);
  if (made.request.mode !== "vjp") return { key: derived.key, file: derived.file };
  const home = moduleOf(derived.file);
  const key = `${derived.key} vjp`;
  if (!home.known.has(key)) {
    const name = freeName(derived.name.replace("_pullback", "_vjp"), home.names);
    home.known.set(key, name);
    const text = wrapPullback(
      requests,
      made.of,
      name,
      localName(home, moduleOf, requests, made.of),
      home.known.get(derived.key) ?? derived.name,
    );
    if (text.runtime) addTo(home.imports, "cotangent/runtime", text.runtime);
    home.sections.push({ title: "", functions: [], text: text.text });
  }
  return { key, file: derived.file };
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
      for (const s of statementsIn(fn.body)) if (s.kind === "call") localName(module, moduleOf, requests, s.callee);
    }
    const written = await write(section.functions, {
      program: { functions: requests.functions },
      taken: new Set([...module.topLevel, ...module.known.values()]),
      nameOf: (key) => localName(module, moduleOf, requests, key),
    });
    for (const name of written.runtime) addTo(module.imports, "cotangent/runtime", name);
    for (const name of written.types)
      addTo(module.imports, "cotangent", name.startsWith("type ") ? name : `type ${name}`);
    module.sections[i] = { ...section, text: written.text };
  }
}

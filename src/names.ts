/** Under which names functions are known in the modules of a program. */
import { resolveSymbol } from "../transforms/1-read/symbols.ts";
import type { FunctionIR } from "../transforms/ir/ir.ts";
import { ts } from "../transforms/typescript.ts";
import type { Session } from "./session.ts";

/** The functions a module has to import and the names it has given away. */
export interface ModuleNames {
  readonly file: string;
  readonly taken: Set<string>;
  /** Local name by the key of a function that lives in another module. */
  readonly imports: Map<string, string>;
}

export interface Names {
  readonly session: Session;
  readonly modules: Map<string, ModuleNames>;
  /** The name of each written function in its own module. */
  readonly own: Map<string, string>;
  /** Functions of the user that another module needs, by their module. */
  readonly exported: Map<string, Set<string>>;
}

export function newNames(session: Session): Names {
  return { session, modules: new Map(), own: new Map(), exported: new Map() };
}

export function moduleNames(names: Names, file: string): ModuleNames {
  const known = names.modules.get(file);
  if (known) return known;
  const text = names.session.program.getSourceFile(file)?.text ?? "";
  const made = { file, taken: new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)), imports: new Map<string, string>() };
  names.modules.set(file, made);
  return made;
}

/** Gives a written function its name: the wish, or the wish with a number where the module has such a name. */
export function nameFunction(names: Names, fn: FunctionIR): string {
  const known = names.own.get(fn.key);
  if (known !== undefined) return known;
  const name = freeName(fn.name, moduleNames(names, fn.file).taken);
  names.own.set(fn.key, name);
  return name;
}

/** The wish, or the first of `wish2`, `wish3` … that is free; it is taken from then on. */
export function freeName(wish: string, taken: Set<string>): string {
  let name = wish;
  for (let i = 2; taken.has(name); i++) name = `${wish}${i}`;
  taken.add(name);
  return name;
}

/** The name of a function in a module, which imports it where it lives elsewhere. */
export function nameIn(names: Names, file: string, key: string): string {
  const { session } = names;
  const fn = session.finished.get(key) ?? session.functions.get(key);
  if (!fn) return key.slice(key.lastIndexOf("#") + 1);
  const own = names.own.get(key) ?? fn.name;
  if (fn.file === file) return own;
  const { imports, taken } = moduleNames(names, file);
  const known = imports.get(key) ?? importedAs(session, file, fn);
  if (known !== undefined) return known;
  const local = freeName(own, taken);
  imports.set(key, local);
  if (!names.own.has(key)) exportsOf(names, fn.file).add(own);
  return local;
}

function exportsOf(names: Names, file: string): Set<string> {
  const known = names.exported.get(file) ?? new Set<string>();
  names.exported.set(file, known);
  return known;
}

/** The name under which the module imports a function of the user already. */
function importedAs({ program, checker, finished }: Session, file: string, fn: FunctionIR): string | undefined {
  if (finished.has(fn.key)) return undefined;
  for (const statement of program.getSourceFile(file)?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause || statement.importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) continue;
    const { name, namedBindings } = statement.importClause;
    const locals = [...(name ? [name] : []), ...(namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements.filter((element) => !element.isTypeOnly).map((element) => element.name) : [])];
    for (const local of locals) {
      const declaration = resolveSymbol(local, checker)?.declarations?.[0];
      if (declaration?.getSourceFile().fileName === fn.file && covers(declaration, fn)) return local.text;
    }
  }
  return undefined;
}

function covers(declaration: ts.Declaration, { origin }: FunctionIR): boolean {
  return declaration.getStart() <= origin.start && origin.start < declaration.getEnd();
}

/** The specifier with which one module imports from another: as the user does, or by the path. */
export function specifierOf({ program }: Session, from: string, to: string): string {
  const file = program.getSourceFile(from);
  for (const statement of file?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { text } = statement.moduleSpecifier;
    const literal = statement.moduleSpecifier;
    const resolved = program.getTypeChecker().getSymbolAtLocation(literal)?.valueDeclaration?.getSourceFile().fileName;
    if (resolved === to) return text;
  }
  return relativePath(from, to);
}

/** `./b.ts`, `../c/d.ts`. */
export function relativePath(from: string, to: string): string {
  const a = from.split("/").slice(0, -1);
  const b = to.split("/");
  let shared = 0;
  while (shared < a.length && shared < b.length - 1 && a[shared] === b[shared]) shared++;
  const up = a.length - shared;
  return `${up === 0 ? "./" : "../".repeat(up)}${b.slice(shared).join("/")}`;
}

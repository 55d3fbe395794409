import { isOwnFile } from "../transforms/own-package.ts";
import { ts } from "../transforms/typescript.ts";

/** How one module imports from another: by the specifier it uses already, or a relative path in the style of its other imports. */
export function specifierOf(from: ts.SourceFile, to: ts.SourceFile, checker: ts.TypeChecker): string {
  if (isOwnFile(to.fileName)) return "cotangent/nn";
  const imports = from.statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier }) => moduleSpecifier);
  const own = imports.find((specifier) => checker.getSymbolAtLocation(specifier)?.declarations?.includes(to));
  if (own && ts.isStringLiteral(own)) return own.text;
  const relative = imports.flatMap((specifier) =>
    ts.isStringLiteral(specifier) && /^\.\.?\//.test(specifier.text) ? [specifier.text] : [],
  );
  return styled(relativePath(from.fileName, to.fileName), relative);
}

function relativePath(from: string, to: string): string {
  const source = from.split("/").slice(0, -1);
  const target = to.split("/");
  while (source.length > 0 && source[0] === target[0]) {
    source.shift();
    target.shift();
  }
  return [...(source.length === 0 ? ["."] : source.map(() => "..")), ...target].join("/");
}

/** `./x.ts` as `./x.js` or `./x` where the module writes all its imports so. */
function styled(path: string, others: readonly string[]): string {
  if (others.length === 0) return path;
  if (others.every((other) => /\.[cm]?jsx?$/.test(other))) return path.replace(/\.([cm]?)tsx?$/, ".$1js");
  return others.every((other) => !/\.\w+$/.test(other)) ? path.replace(/\.[jt]sx?$/, "") : path;
}

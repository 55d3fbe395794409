import { isAbsolute } from "node:path";

const source = /\.[cm]?[jt]sx?$/;

/** The path by which the compiler knows a module of a bundler: of a module that is no file, or has a query, one that no file has. */
export function moduleFile(id: string, directory: string): string {
  const [path, query] = split(id.replace(/^\0/, "").replaceAll("\\", "/"));
  const place = isAbsolute(path) || /^[A-Za-z]:\//.test(path) ? path : `${directory}/${path}`;
  if (query === "") return source.test(place) ? place : `${place}.js`;
  const own = query.replaceAll("/", "%2F");
  if (source.test(own)) return `${place}?${own}`;
  const extension = source.exec(place)?.[0] ?? ".js";
  return `${source.test(place) ? place.slice(0, -extension.length) : place}?${own}${extension}`;
}

/**
 * Whether a module of a bundler may hold what the compiler reads: a source file, a part of another file, or one of the
 * project's virtual modules. Other modules that are no files are the bundler's own.
 */
export function isSource(id: string): boolean {
  if (/^\0?virtual:/.test(id)) return true;
  const [path, query] = split(id);
  return !id.startsWith("\0") && !isPackage(id) && (source.test(path) || source.test(query));
}

/** Whether a module belongs to an installed package and is JavaScript already, which nothing compiles. */
function isPackage(id: string): boolean {
  return /[\\/]node_modules[\\/]/.test(id) && !/\.[cm]?tsx?$/.test(split(id)[0]);
}

function split(id: string): readonly [path: string, query: string] {
  const at = id.indexOf("?");
  return at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
}

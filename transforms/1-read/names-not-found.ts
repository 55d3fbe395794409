/** Why a type may be `any`: TypeScript has not found a name. */
import { withRelated, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { ts } from "../typescript.ts";
import type { ReadContext } from "./read.ts";

/** TypeScript's codes for a module, an export of a module, a name, a namespace or one of its members that is not there. */
const codes: ReadonlySet<number> = new Set([2304, 2305, 2306, 2307, 2503, 2552, 2614, 2694, 2724, 7016]);
const most = 3;

/** The diagnostic with the names beside it that TypeScript has not found in its file, if it is about an `any`. */
export function withNamesNotFound(diagnostic: Diagnostic, { files, typeErrors }: ReadContext): Diagnostic {
  const file = files?.().find(({ fileName }) => fileName === diagnostic.file);
  if (diagnostic.code !== "CT2005" || !file) return diagnostic;
  const errors = (typeErrors?.(file) ?? []).filter(({ code }) => codes.has(code)).slice(0, most);
  const places = errors.map(({ start = 0, messageText }) => {
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const message = ts.flattenDiagnosticMessageText(messageText, " ").replace(/\.$/, "");
    return { message, file: diagnostic.file, line: line + 1, column: character + 1 };
  });
  return withRelated(diagnostic, ...places);
}

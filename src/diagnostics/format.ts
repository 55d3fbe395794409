import type { Diagnostic } from "../../transforms/diagnostics/diagnostic.ts";
import { codeFrame } from "./code-frame.ts";

export interface FormatOptions {
  readonly color?: boolean;
  /** Shortens paths below it. */
  readonly directory?: string;
}

/** Diagnostics as a person reads them: position, code, message, code frame, hint, and the calls that led there. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  readFile: (path: string) => string | undefined,
  { color = false, directory = "" }: FormatOptions = {},
): string {
  const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const short = (path: string): string =>
    directory && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
  const one = (diagnostic: Diagnostic): string => {
    const { file, line, column, code, severity, message, hint, related } = diagnostic;
    const place = `${paint(36, short(file))}:${line}:${column}`;
    const text = readFile(file);
    const lines = [`${place} - ${paint(severity === "error" ? 31 : 33, severity)} ${paint(90, code)}: ${message}`];
    if (text !== undefined) lines.push("", codeFrame(text, line, column, diagnostic.end - diagnostic.start), "");
    if (hint) lines.push(`  hint: ${hint}`);
    for (const other of related ?? [])
      lines.push(`  ${short(other.file)}:${other.line}:${other.column} - ${other.message}`);
    return lines.join("\n");
  };
  return diagnostics.map(one).join("\n\n");
}

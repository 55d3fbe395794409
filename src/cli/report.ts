import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../transforms/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../diagnostics/format.ts";

/** Prints diagnostics to standard error, and says whether there was an error among them. */
export function report(diagnostics: readonly Diagnostic[]): boolean {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  };
  if (diagnostics.length > 0) {
    const color = process.stderr.isTTY && !process.env["NO_COLOR"];
    process.stderr.write(`${formatDiagnostics(diagnostics, read, { color, directory: process.cwd() })}\n`);
  }
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

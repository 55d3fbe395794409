/** What the compiler says about a program, and where. */

/** A place in a user's file. Lines and columns count from 1, `start` and `end` from 0. An `Origin` is one. */
export interface Location {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** A further place that explains a diagnostic ("`n` is written here"). */
export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Location {
  /** `CT2004`. A code never changes its meaning. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  readonly related?: readonly RelatedPlace[];
}

/** Raised where a pass finds a program it cannot go on with. */
export class DifferentiationError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.name = "DifferentiationError";
    this.diagnostics = diagnostics;
  }
}

/** One line, as compilers write it: `model.ts:12:7 - error CT2004: …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, code, message } = diagnostic;
  return `${file}:${line}:${column} - ${severity} ${code}: ${message}`;
}

/** The same diagnostic with the calls (or other places) that led there. */
export function withRelated(diagnostic: Diagnostic, ...related: readonly RelatedPlace[]): Diagnostic {
  return { ...diagnostic, related: [...(diagnostic.related ?? []), ...related] };
}

import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import { eachMapping, originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import { ts } from "../transforms/typescript.ts";

export interface JavaScript {
  readonly code: string;
  /** A source map of version 3, as JSON. */
  readonly map: string;
}

export interface StripOptions {
  /** The options of the project. */
  readonly options: ts.CompilerOptions;
  readonly module?: "commonjs" | "module";
  /** What becomes of JSX where the project leaves it to others. */
  readonly jsx?: ts.JsxEmit;
}

/** TypeScript as JavaScript. `map` is the map of the TypeScript text, if it was generated itself. */
export function stripTypes(path: string, code: string, map: string | undefined, how: StripOptions): JavaScript {
  const { experimentalDecorators = false, verbatimModuleSyntax = false, jsx = ts.JsxEmit.Preserve } = how.options;
  const { jsxFactory, jsxFragmentFactory, jsxImportSource } = how.options;
  const isScript = how.module === "commonjs";
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName: isScript ? path : path.replace(/\.cts$/, ".mts"), // TypeScript goes by the name first
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: isScript ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
      sourceMap: true,
      verbatimModuleSyntax: verbatimModuleSyntax && !isScript,
      experimentalDecorators,
      jsx: jsx === ts.JsxEmit.Preserve ? (how.jsx ?? jsx) : jsx,
      ...(jsxFactory !== undefined && { jsxFactory }),
      ...(jsxFragmentFactory !== undefined && { jsxFragmentFactory }),
      ...(jsxImportSource !== undefined && { jsxImportSource }),
    },
  });
  const text = outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  return { code: text, map: composed(path, code, sourceMapText ?? "", map) };
}

/** The map through both steps: from the JavaScript over the generated TypeScript to the sources. */
function composed(path: string, code: string, outer: string, inner: string | undefined): string {
  const result = new GenMapping({ file: path });
  const trace = inner === undefined ? undefined : new TraceMap(inner);
  const contents = new Set<string>();
  const keep = (source: string, content: string | null): void => {
    if (contents.has(source)) return;
    contents.add(source);
    setSourceContent(result, source, content);
  };
  eachMapping(new TraceMap(outer), ({ generatedLine, generatedColumn, originalLine, originalColumn, source }) => {
    if (source === null) return;
    const original = trace
      ? originalPositionFor(trace, { line: originalLine, column: originalColumn })
      : { source: path, line: originalLine, column: originalColumn };
    if (original.source === null) return;
    keep(original.source, trace ? sourceContentFor(trace, original.source) : code);
    addMapping(result, {
      generated: { line: generatedLine, column: generatedColumn },
      source: original.source,
      original: { line: original.line, column: original.column },
    });
  });
  return JSON.stringify(toEncodedMap(result));
}

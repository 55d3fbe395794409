import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import { eachMapping, originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import { ts } from "../transforms/typescript.ts";

export interface JavaScript {
  readonly code: string;
  /** A source map of version 3, as JSON. */
  readonly map: string;
}

/** TypeScript as JavaScript modules. `map` is the map of the TypeScript text, if it was generated itself; `options` are the project's. */
export function stripTypes(path: string, code: string, map?: string, options: ts.CompilerOptions = {}): JavaScript {
  const { experimentalDecorators = false, verbatimModuleSyntax = false } = options;
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName: path,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      verbatimModuleSyntax,
      experimentalDecorators,
      jsx: ts.JsxEmit.Preserve,
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

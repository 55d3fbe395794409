import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import { eachMapping, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { ts } from "../transforms/typescript.ts";

export interface Transpiled {
  readonly code: string;
  /** A source map of version 3, as JSON. */
  readonly map: string;
}

/** TypeScript without its types. `map` says where the text itself came from. */
export function transpile(path: string, text: string, options: ts.CompilerOptions, map?: string): Transpiled {
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      ...pick(options),
      target: Math.max(options.target ?? 0, ts.ScriptTarget.ES2022),
      module: path.endsWith(".cts") ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
      jsx: options.jsx ?? ts.JsxEmit.ReactJSX,
      sourceMap: true,
      inlineSources: true,
      allowJs: true,
      isolatedModules: true,
      ignoreDeprecations: "6.0",
    },
  });
  const own = withSource(sourceMapText ?? "", path, text);
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""), map: map ? composeMaps(own, map) : own };
}

/** The options that change what a file without its types looks like. */
function pick(options: ts.CompilerOptions): ts.CompilerOptions {
  const { jsxImportSource, jsxFactory, jsxFragmentFactory, experimentalDecorators, emitDecoratorMetadata } = options;
  const { verbatimModuleSyntax, useDefineForClassFields } = options;
  const chosen = { jsxImportSource, jsxFactory, jsxFragmentFactory, experimentalDecorators, emitDecoratorMetadata, verbatimModuleSyntax, useDefineForClassFields };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

/** TypeScript names the source without its folder. */
function withSource(map: string, path: string, text: string): string {
  return JSON.stringify({ ...(JSON.parse(map) as object), file: path, sourceRoot: "", sources: [path], sourcesContent: [text] });
}

/** The map from the result of the second step to the source of the first. */
export function composeMaps(second: string, first: string): string {
  const inner = new TraceMap(first);
  const composed = new GenMapping({ file: inner.file });
  for (const [i, source] of inner.sources.entries()) {
    if (source !== null) setSourceContent(composed, source, inner.sourcesContent?.[i] ?? null);
  }
  eachMapping(new TraceMap(second), ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
    if (originalLine === null) return;
    const { source, line, column } = originalPositionFor(inner, { line: originalLine, column: originalColumn });
    if (source === null) return;
    addMapping(composed, { generated: { line: generatedLine, column: generatedColumn }, source, original: { line, column } });
  });
  return JSON.stringify(toEncodedMap(composed));
}

/** Code that carries its map along. */
export function withInlineMap({ code, map }: Transpiled): string {
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`;
}

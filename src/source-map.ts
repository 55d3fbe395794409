import { addMapping, GenMapping, maybeAddMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import MagicString from "magic-string";

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The user's text with its edits, and the derivatives below it. In the map the user's code belongs to the user's file
 * and the appended text to a readable source of its own, `model.grad.ts`, which is carried along.
 */
export function mergeModule(
  path: string,
  text: string,
  edits: readonly Edit[],
  appended: string,
): { readonly code: string; readonly map: string } {
  const edited = new MagicString(text);
  for (const { start, end, text: replacement } of edits) {
    if (start === end) edited.appendLeft(start, replacement);
    else edited.overwrite(start, end, replacement);
  }
  const own = edited.toString();
  const separator = own.endsWith("\n") ? "\n" : "\n\n";
  const map = new GenMapping({ file: path });
  setSourceContent(map, path, text);
  eachMapping(new TraceMap(edited.generateMap({ hires: "boundary", source: path }).toString()), (mapping) => {
    if (mapping.source === null) return;
    addMapping(map, {
      generated: { line: mapping.generatedLine, column: mapping.generatedColumn },
      source: path,
      original: { line: mapping.originalLine, column: mapping.originalColumn },
    });
  });
  if (appended === "") return { code: own, map: JSON.stringify(toEncodedMap(map)) };
  const virtual = gradSource(path);
  setSourceContent(map, virtual, appended);
  const before = (own + separator).split("\n").length - 1;
  for (const [i, line] of appended.split("\n").entries()) {
    for (const token of line.matchAll(/[\w$]+|[^\w\s$]/g)) {
      maybeAddMapping(map, {
        generated: { line: before + i + 1, column: token.index },
        source: virtual,
        original: { line: i + 1, column: token.index },
      });
    }
  }
  return { code: own + separator + appended, map: JSON.stringify(toEncodedMap(map)) };
}

/** `model.grad.ts` for `model.ts`. */
export function gradSource(path: string): string {
  return path.replace(/\.([cm]?[jt]sx?)$/, ".grad.$1");
}

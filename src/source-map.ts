/** One map for a module: the user's text maps to the user's file, what is appended to a readable file of its own. */
import { addSegment, GenMapping, setSourceContent, toEncodedMap, type EncodedSourceMap } from "@jridgewell/gen-mapping";
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type MagicString from "magic-string";

/** `model.ts` → `model.grad.ts`. */
export function virtualSource(file: string): string {
  return file.replace(/(\.[^./]+)?$/, (extension) => `.grad${extension || ".ts"}`);
}

/** The map of `edited` followed by a line break and `appended`. */
export function moduleMap(file: string, original: string, edited: MagicString, appended: string): EncodedSourceMap {
  const map = new GenMapping({ file });
  edited.generateDecodedMap({ hires: "boundary" }).mappings.forEach((line, i) => {
    for (const segment of line) if (segment.length >= 4) addSegment(map, i, segment[0], file, segment[2] as number, segment[3] as number);
  });
  setSourceContent(map, file, original);
  const first = edited.toString().split("\n").length;
  const source = virtualSource(file);
  appended.split("\n").forEach((line, i) => {
    for (const { index } of line.matchAll(/[\w$.]+|[^\s\w$.]/g)) addSegment(map, first + i, index, source, i, index);
  });
  setSourceContent(map, source, appended);
  return toEncodedMap(map);
}

/** The map from the end of two steps to their beginning. */
export function composeMaps(second: EncodedSourceMap | string, first: EncodedSourceMap): EncodedSourceMap {
  const outer = new TraceMap(second as ConstructorParameters<typeof TraceMap>[0]);
  const inner = new TraceMap(first as ConstructorParameters<typeof TraceMap>[0]);
  const map = new GenMapping({ file: first.file ?? null });
  decodedMappings(outer).forEach((line, i) => {
    for (const segment of line) {
      if (segment.length < 4) continue;
      const at = originalPositionFor(inner, { line: (segment[2] as number) + 1, column: segment[3] as number });
      if (at.source !== null) addSegment(map, i, segment[0], at.source, at.line - 1, at.column);
    }
  });
  first.sources.forEach((source, i) => {
    if (source !== null) setSourceContent(map, source, first.sourcesContent?.[i] ?? null);
  });
  return toEncodedMap(map);
}

/** The double-precision twin of a program in single precision: what its derivatives are compared with. */
import type { Case } from "./case.ts";
import { programOf, sourceOf, type Source } from "./fixtures.ts";

/** Whether a program rounds to single precision. */
export function isSingle(text: string): boolean {
  return /Float32Array|Math\.fround/.test(text);
}

/** The same program without rounding. */
export function twinText(text: string): string {
  return text.replaceAll("Float32Array", "Float64Array").replaceAll("Math.fround(", "(");
}

export function twinOf(source: Source): Source {
  return sourceOf(programOf([source.file], new Map([[source.file, twinText(source.text)]])), source.file);
}

/** The cases of the twin: what single precision excluded is compared, and nothing is expected to the last digit. */
export function twinCases(twin: Source): Case[] {
  const { cases } = twin.exports as { cases: readonly Case[] };
  return cases.map(({ expect: _, exclude, ...rest }) => {
    const kept = Object.entries(exclude ?? {}).filter(([, reason]) => reason !== "single precision");
    return { ...rest, exclude: Object.fromEntries(kept) };
  });
}

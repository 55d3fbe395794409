/** Options for the line that a test changes, and a store to resume from. */
import type { Dataset } from "../../../runtime/data/dataset.ts";
import { decodeState, encodeState } from "../../../runtime/data/state.ts";
import { sgd } from "../../../runtime/optimizers/sgd.ts";
import type { CheckpointStore, FitOptions } from "../../../runtime/train/options.ts";
import { firstLine, points, type Line, type Points } from "./models.ts";

export type Options = FitOptions<Line, Points>;
export const data = points(20);

/** Options that a test changes. */
export function options(changes: Partial<Options> = {}): Options {
  const all = { parameters: firstLine, optimizer: sgd({ rate: 0.2 }), data: data.shuffle(1).batch(4), epochs: 10 };
  return { ...all, ...changes };
}

export async function recordsOf<R>(some: Dataset<R>): Promise<R[]> {
  const found: R[] = [];
  for (let i = 0; i < some.length; i++) found.push(await some.at(i));
  return found;
}

/** A store in memory that goes through bytes, as files do. */
export function memory(): CheckpointStore & { saves: number; bytes: Uint8Array | undefined } {
  return {
    saves: 0,
    bytes: undefined,
    load() {
      return Promise.resolve(this.bytes && decodeState(this.bytes));
    },
    save(state) {
      this.saves++;
      this.bytes = encodeState(state);
      return Promise.resolve();
    },
  };
}

/** The state of a run between two steps, and how it is saved and found again. */
import { requireInteger } from "../finite.ts";
import { restore } from "../flat.ts";
import type { Plateau, PlateauState } from "../optimizers/plateau.ts";
import { copyHistory, type GrowingHistory, type History } from "./history.ts";
import { noSums, type Sums } from "./means.ts";
import type { FitOptions } from "./options.ts";
import type { Best } from "./stopping.ts";

/** What changes from step to step. */
export interface Run<P, S> {
  parameters: P;
  state: S;
  plateau: PlateauState | undefined;
  epoch: number;
  /** How many batches of the epoch have been used. */
  batch: number;
  step: number;
  /** Over the epoch so far. */
  sums: Sums;
  best: Best<P>;
  readonly history: GrowingHistory;
}

/** What must be the same for a run to go on: otherwise the position would mean something else. */
interface Identity {
  readonly seed: number;
  readonly batches: number;
  readonly accumulate: number;
}

/** What a checkpoint holds: plain data. */
export interface SavedRun extends Omit<Run<unknown, unknown>, "history"> {
  readonly kind: typeof kind;
  readonly identity: Identity;
  readonly history: History;
}

const kind = "cotangent run 1";

/** The run before its first step. */
export function newRun<P, B, S>(options: FitOptions<P, B, S>): Run<P, S> {
  const { parameters, optimizer, rate } = options;
  return {
    parameters,
    state: optimizer.init(parameters),
    plateau: isPlateau(rate) ? rate.init() : undefined,
    epoch: 0,
    batch: 0,
    step: 0,
    sums: noSums,
    best: { value: null, step: 0, parameters, waited: 0 },
    history: { steps: { loss: [], norm: [], rate: [] }, epochs: [], validations: [] },
  };
}

export function isPlateau(rate: unknown): rate is Plateau {
  return typeof rate === "object" && rate !== null;
}

/** A function that saves a run in the store of the options, unless it stands where it was saved last. */
export function createSave<P, B, S>(run: Run<P, S>, options: FitOptions<P, B, S>): () => Promise<void> {
  let last: readonly number[] = [];
  return async () => {
    const now = [run.epoch, run.batch, run.step];
    if (!options.checkpoint || now.every((n, i) => n === last[i])) return;
    // The store may keep what it gets: it must not change with the run.
    const saved: SavedRun = { kind, identity: identityOf(options), ...run, history: copyHistory(run.history) };
    await options.checkpoint.store.save(saved);
    last = now;
  };
}

/**
 * The run that was saved. Throws an Error where it is none, or one of other data, another seed or other parameters than
 * the options have.
 */
export function resumed<P, B, S>(saved: unknown, options: FitOptions<P, B, S>): Run<P, S> {
  if (!isSaved(saved)) throw new Error("fit: what the checkpoint store has loaded is not the state of a run");
  for (const [name, value] of Object.entries(identityOf(options))) {
    const found = saved.identity[name as keyof Identity];
    if (found !== value)
      throw new Error(`fit: the checkpoint is of another run: its ${name} is ${found}, that of the options ${value}`);
  }
  for (const name of ["epoch", "batch", "step"] as const) requireInteger("fit: the checkpoint", name, saved[name], 0);
  const { state, plateau, epoch, batch, step, sums, best, history } = saved;
  return {
    parameters: restore(options.parameters, saved.parameters),
    state: state as S,
    plateau: isPlateau(options.rate) ? (plateau ?? options.rate.init()) : undefined,
    epoch,
    batch,
    step,
    sums,
    best: { ...best, parameters: restore(options.parameters, best.parameters) },
    history: copyHistory(history),
  };
}

interface Identified {
  readonly seed?: number;
  readonly data: { readonly length: number };
  readonly accumulate?: number;
}

function identityOf({ seed = 0, data, accumulate = 1 }: Identified): Identity {
  return { seed, batches: data.length, accumulate };
}

function isSaved(value: unknown): value is SavedRun {
  return typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === kind;
}

/** What `fit` takes and gives. */
import type { Batches } from "../data/batches.ts";
import type { Plateau } from "../optimizers/plateau.ts";
import type { Schedule } from "../optimizers/schedules.ts";
import type { GradientOf } from "../tree-types.ts";
import type { EpochRecord, History, ValidationRecord } from "./history.ts";

/** Where training stands, for the loss. */
export interface Step {
  /** How many steps have been made. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** An integer to draw random numbers from: another one for each batch, the same whenever the run is repeated or resumed. */
  readonly seed: number;
  /** `false` where the loss is only looked at, on validation data: no dropout then. */
  readonly training: boolean;
}

/** The mean loss of a batch. `fit` differentiates it with respect to the parameters. */
export type Loss<P, B> = (parameters: P, batch: B, step: Step) => number;

/** The mean of a quantity over a batch. */
export type Metric<P, B> = (parameters: P, batch: B) => number;

export type Metrics<P, B> = Readonly<Record<string, Metric<P, B>>>;

export interface ValidationOptions<P, B> {
  readonly data: Batches<B>;
  /** After how many steps, again and again; at the end of every epoch unless given. */
  readonly every?: number;
  /** Those of the training data unless given. */
  readonly metrics?: Metrics<P, B>;
}

export interface EarlyStoppingOptions {
  /** `loss` (unless given) or the name of a metric: on the validation data if there are any, else on the training data. */
  readonly watch?: string;
  /** Whether less of it is better (`min`, unless given) or more (`max`). */
  readonly mode?: "min" | "max";
  /** After how many evaluations in a row that are not better than the best one the run ends. */
  readonly patience: number;
  /** By how much it must be better to count; 0 unless given. */
  readonly minDelta?: number;
}

/** Where the state of a run is kept. */
export interface CheckpointStore {
  /** What was saved last; `undefined` if nothing was. */
  load(): Promise<unknown>;
  /** `state` is plain data with tensors and typed arrays in it. It is not changed afterwards. */
  save(state: unknown): Promise<void>;
}

export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /** After how many steps, again and again; at the end of every epoch unless given. The end of the run is always saved. */
  readonly every?: number;
}

/** Shows how far a run is. */
export interface Progress {
  start(run: { readonly epochs: number; readonly steps: number; readonly step: number }): void | Promise<void>;
  /** After every step, and with `record` after every epoch. */
  update(now: ProgressUpdate): void;
  stop(): void;
}

export interface ProgressUpdate {
  readonly epoch: number;
  readonly step: number;
  /** Of the step, or of the epoch. */
  readonly loss: number;
  readonly record?: EpochRecord;
  /** The last one. */
  readonly validation?: ValidationRecord;
}

/** What is known after a step. */
export interface StepReport<P> {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly norm: number;
  readonly rate: number | null;
  readonly parameters: P;
}

/** What is known after an epoch. */
export interface EpochReport<P> {
  readonly record: EpochRecord;
  /** The last one. */
  readonly validation: ValidationRecord | undefined;
  readonly parameters: P;
}

/** What `fit` needs of an optimizer: every `Optimizer` is one. Its state must be plain data, for checkpoints. */
export interface FitOptimizer<S> {
  init(parameters: unknown): S;
  update<T>(parameters: T, gradient: GradientOf<T>, state: S, rate?: number): [parameters: T, state: S];
}

export interface FitOptions<P, B, S = unknown> {
  /** The first parameters. They are not changed. */
  readonly parameters: P;
  readonly optimizer: FitOptimizer<S>;
  readonly data: Batches<B>;
  /** How many times to go through the data. */
  readonly epochs: number;
  /** Of the random numbers that the loss draws; 0 unless given. (The order of the data has its own.) */
  readonly seed?: number;
  /** Takes the place of the optimizer's own rate. A plateau looks at the loss of the validation data if there are any, else at that of the epoch. */
  readonly rate?: number | Schedule | Plateau;
  /** How many batches make one step: their mean gradient, weighted by their sizes. 1 unless given. The last step of an epoch may have fewer. */
  readonly accumulate?: number;
  /** Changes the gradient of a step before the optimizer gets it: `(gradient) => clipNorm(gradient, 1)`. */
  readonly gradient?: (gradient: GradientOf<P>, parameters: P) => GradientOf<P>;
  /** Computed beside the loss, with the parameters before each step. */
  readonly metrics?: Metrics<P, B>;
  readonly validation?: ValidationOptions<P, B>;
  readonly earlyStopping?: EarlyStoppingOptions;
  readonly checkpoint?: CheckpointOptions;
  readonly progress?: Progress;
  /** `false` (or a promise of it) stops the run; anything else does not. */
  readonly onStep?: (report: StepReport<P>) => unknown;
  /** As `onStep`. */
  readonly onEpoch?: (report: EpochReport<P>) => unknown;
}

/** Why a run ended: all epochs were made, nothing became better any more, or `onStep` or `onEpoch` returned `false`. */
export type FitReason = "epochs" | "patience" | "stopped";

export interface FitResult<P, S = unknown> {
  /** The last ones; with early stopping, the best ones. */
  readonly parameters: P;
  /** Of the optimizer, after the last step. */
  readonly state: S;
  readonly reason: FitReason;
  /** How many epochs have been completed. */
  readonly epochs: number;
  /** How many steps have been made. */
  readonly steps: number;
  /** With early stopping: where the parameters come from. */
  readonly best?: { readonly value: number; readonly step: number };
  readonly history: History;
}

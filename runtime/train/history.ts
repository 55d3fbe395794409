/** What is known of a run afterwards. Plain data: it can be saved as JSON. */

/** One list for each thing that is known of every step. */
export interface Steps {
  /** The mean over the records of the step, before its update. */
  readonly loss: readonly number[];
  /** The norm of the gradient, before `gradient` of the options has changed it. */
  readonly norm: readonly number[];
  /** The learning rate; `null` where the optimizer does not tell. */
  readonly rate: readonly (number | null)[];
}

/** The means over one epoch, each with the parameters of its own step. */
export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** How many steps the run had made at its end. */
  readonly step: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** The rate of its last step. */
  readonly rate: number | null;
  /** How long it took, without what a run that was stopped had done of it before. */
  readonly seconds: number;
}

/** The means over the validation data with the parameters after `step` steps. */
export interface ValidationRecord {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface History {
  readonly steps: Steps;
  readonly epochs: readonly EpochRecord[];
  readonly validations: readonly ValidationRecord[];
}

/** A history that `fit` writes. */
export interface GrowingHistory {
  readonly steps: { readonly loss: number[]; readonly norm: number[]; readonly rate: (number | null)[] };
  readonly epochs: EpochRecord[];
  readonly validations: ValidationRecord[];
}

/** A copy that can be added to. */
export function copyHistory({ steps, epochs, validations }: History): GrowingHistory {
  return {
    steps: { loss: [...steps.loss], norm: [...steps.norm], rate: [...steps.rate] },
    epochs: [...epochs],
    validations: [...validations],
  };
}

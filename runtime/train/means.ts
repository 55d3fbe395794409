/** Means of several quantities over records, batch by batch. */

/** Sums so far. Plain data: a run that is resumed goes on adding. */
export interface Sums {
  readonly count: number;
  readonly sums: Readonly<Record<string, number>>;
}

export const noSums: Sums = { count: 0, sums: {} };

/** The sums with a batch of `size` records added, over which `values` are means. */
export function addMeans({ count, sums }: Sums, values: Readonly<Record<string, number>>, size: number): Sums {
  const added = Object.entries(values).map(([name, value]) => [name, (sums[name] ?? 0) + value * size] as const);
  return { count: count + size, sums: Object.fromEntries(added) };
}

/** The means: the loss and the others. */
export function meansOf({ count, sums }: Sums): { loss: number; metrics: Record<string, number> } {
  const { [lossName]: loss, ...others } = sums;
  const metrics = Object.entries(others).map(([name, sum]) => [name, sum / count] as const);
  return { loss: loss / count, metrics: Object.fromEntries(metrics) };
}

/** Under which name the loss stands among the metrics, also for early stopping. */
export const lossName = "loss";

/** One step: the gradient of one or several batches, looked at before the optimizer gets it. */
import type { Batch } from "../data/batches.ts";
import { randomAt } from "../data/seeds.ts";
import { underGuard } from "../guard.ts";
import type { GradientOf } from "../tree-types.ts";
import type { ValueAndGrad } from "./differentiable.ts";
import { gradientMean, inspect } from "./gradients.ts";
import { addMeans, lossName, meansOf, noSums } from "./means.ts";
import { firstNotFinite } from "./given.ts";
import { NotFiniteError } from "./not-finite.ts";
import type { FitOptions, Loss, Metrics, Step, StepReport } from "./options.ts";
import { isPlateau, type Run } from "./run.ts";

export type LossAndGradient<P, B> = ValueAndGrad<[parameters: P, batch: B, step: Step]>;

/** What one batch has shown: the means of the loss and the metrics. */
interface Seen {
  readonly values: Readonly<Record<string, number>>;
  readonly size: number;
}

/** Makes a step of `batches`. Throws a NotFiniteError, and leaves the run as it is, where something is not finite. */
export function makeStep<P, B, S>(
  run: Run<P, S>,
  batches: readonly Batch<B>[],
  { loss: plain, lossAndGradient }: { readonly loss: Loss<P, B>; readonly lossAndGradient: LossAndGradient<P, B> },
  options: FitOptions<P, B, S>,
): StepReport<P> {
  const seen: Seen[] = [];
  const gradients = batches.map(({ data, size }, k) => {
    const where = placeOf(run, options, run.batch + k);
    const [loss, gradient] = checked(run, data, {
      compute: () => lossAndGradient(run.parameters, data, where),
      plain: () => plain(run.parameters, data, where),
    });
    seen.push({ values: { [lossName]: loss, ...metricsOf(options.metrics, run.parameters, data) }, size });
    return gradient;
  });
  const gradient = meanOf(gradients, seen);
  const { loss } = meansOf(seen.reduce((sums, { values, size }) => addMeans(sums, values, size), noSums));
  const { norm } = inspect(gradient);
  const rate = rateOf(run, options);
  [run.parameters, run.state] = updated(run, gradient as GradientOf<P>, rate, options);
  for (const { values, size } of seen) run.sums = addMeans(run.sums, values, size);
  run.batch += batches.length;
  run.step++;
  const { steps } = run.history;
  steps.loss.push(loss);
  steps.norm.push(norm);
  steps.rate.push(rate ?? null);
  return { epoch: run.epoch, step: run.step, loss, norm, rate: rate ?? null, parameters: run.parameters };
}

/** Where the run stands, for the loss of a batch of the training data. */
function placeOf<P, B, S>({ step, epoch }: Run<P, S>, { seed = 0, data }: FitOptions<P, B, S>, batch: number): Step {
  return { step, epoch, seed: randomAt(seed, epoch * data.length + batch).integer(2 ** 32), training: true };
}

/** The metrics of one batch. */
export function metricsOf<P, B>(metrics: Metrics<P, B> = {}, parameters: P, batch: B): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric(parameters, batch)]));
}

interface Computations {
  readonly compute: () => readonly [value: number, gradient: unknown];
  /** The loss alone, in which the layers are calls of functions that a stack can name. */
  readonly plain: () => unknown;
}

/** The result of `compute`, if it is finite. If not, says why, as far as that can be found. */
function checked<P, S>(
  { epoch, step, parameters }: Run<P, S>,
  batch: unknown,
  computations: Computations,
): readonly [value: number, gradient: unknown] {
  const found = computations.compute();
  const { norm, bad } = inspect(found[1]);
  if (Number.isFinite(found[0]) && Number.isFinite(norm)) return found;
  const loss = Number.isFinite(found[0]) ? [] : [`the loss is ${found[0]}`];
  const gradient = bad ? [`gradient${bad.path} is ${bad.value}`] : [];
  const what = [...loss, ...gradient].join(", ") || "the norm of the gradient is too large for a number";
  const place = { epoch, step, parameters, ...(bad ? { path: bad.path } : {}) };
  throw new NotFiniteError(what, place, causeOf(computations, batch));
}

/** Why a step is not finite: an operation of the loss, one of the backward pass, or the batch. */
function causeOf({ compute, plain }: Computations, batch: unknown): unknown {
  const inLoss = failureOf(() => underGuard(plain));
  if (inLoss !== undefined) return inLoss;
  const inGradient = failureOf(() => underGuard(compute));
  if (inGradient instanceof Error) return new Error(`backward pass: ${inGradient.message}`, { cause: inGradient });
  const given = firstNotFinite(batch, "batch");
  return given === undefined ? inGradient : new Error(`the step was given ${given}`);
}

/** What `run` throws, if anything. */
function failureOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The mean of the gradients of several batches; weights are in units of the first size, so that equal sizes round nothing. */
function meanOf(gradients: readonly unknown[], seen: readonly Seen[]): unknown {
  if (gradients.length === 1) return gradients[0];
  const mean = gradientMean();
  for (const [k, gradient] of gradients.entries()) mean.add(gradient, seen[k].size / seen[0].size);
  return mean.result();
}

/** The rate of the next step, if the options say it. */
function rateOf<P, B, S>(run: Run<P, S>, { rate }: FitOptions<P, B, S>): number | undefined {
  if (isPlateau(rate)) return run.plateau?.rate;
  return typeof rate === "function" ? rate(run.step) : rate;
}

function updated<P, B, S>(
  { epoch, step, parameters, state }: Run<P, S>,
  gradient: GradientOf<P>,
  rate: number | undefined,
  { optimizer, gradient: change }: FitOptions<P, B, S>,
): [P, S] {
  try {
    const changed = change ? change(gradient, parameters) : gradient;
    return optimizer.update(parameters, changed, state, rate);
  } catch (error) {
    // Optimizers and clipping throw it for numbers that are not, or would not stay, finite.
    if (error instanceof RangeError) throw new NotFiniteError("the update fails", { epoch, step, parameters }, error);
    throw error;
  }
}

/** Training, from the first parameters to the best ones. */
import { requireInteger } from "../finite.ts";
import type { Batch } from "../data/batches.ts";
import { valueAndGradOf } from "./differentiable.ts";
import { addMeans, lossName, meansOf, noSums } from "./means.ts";
import { NotFiniteError } from "./not-finite.ts";
import type { FitOptions, FitReason, FitResult, Loss, StepReport } from "./options.ts";
import { createPause } from "./pause.ts";
import { createSave, isPlateau, newRun, resumed, type Run } from "./run.ts";
import { makeStep, metricsOf, type LossAndGradient } from "./step.ts";
import { checkStopping, watch } from "./stopping.ts";

/** What stays the same during a run. */
interface Plan<P, B, S> {
  readonly loss: Loss<P, B>;
  readonly lossAndGradient: LossAndGradient<P, B>;
  readonly options: FitOptions<P, B, S>;
  readonly run: Run<P, S>;
  /** Writes a checkpoint, if there is a store. */
  save(): Promise<void>;
  /** Lets other work in. */
  pause(): Promise<void>;
}

/**
 * Goes through the data `epochs` times, batch by batch, and makes the loss smaller.
 *
 * With a checkpoint store that has the state of a run, it goes on from there, bit for bit as if it had never stopped.
 *
 * Throws a NotFiniteError where the loss, the gradient or a parameter is NaN or infinite: it says in which step, in which
 * gradient and, for tensors, in which operation, and has the parameters before that step. They have then been saved, too.
 * Throws a RangeError for options that make no sense, a TypeError for data that is not in batches, and an Error where the
 * compiler has not seen the call.
 */
export async function fit<P, B, S>(loss: Loss<P, B>, options: FitOptions<P, B, S>): Promise<FitResult<P, S>> {
  const lossAndGradient = valueAndGradOf("fit", loss);
  checkOptions(options);
  const { checkpoint, progress, data, epochs, accumulate = 1 } = options;
  const saved = await checkpoint?.store.load();
  const run = saved === undefined ? newRun(options) : resumed(saved, options);
  const save = createSave(run, options);
  const plan = { loss, lossAndGradient, options, run, save, pause: createPause() };
  await progress?.start({ epochs, steps: epochs * Math.ceil(data.length / accumulate), step: run.step });
  try {
    const reason = await train(plan);
    await save();
    return resultOf(run, options, reason);
  } catch (error) {
    if (error instanceof NotFiniteError)
      await save().catch((failure: unknown) => {
        // What went wrong first is what the caller must see.
        error.message += `\nThe checkpoint could not be saved: ${String(failure)}`;
      });
    throw error;
  } finally {
    progress?.stop();
  }
}

function checkOptions<P, B, S>(options: FitOptions<P, B, S>): void {
  const { epochs, data, accumulate = 1, validation, earlyStopping, checkpoint, seed = 0 } = options;
  requireBatches("data", data);
  if (validation) requireBatches("validation.data", validation.data);
  requireInteger("fit", "epochs", epochs, 0);
  requireInteger("fit", "the number of batches", data.length, 1);
  requireInteger("fit", "accumulate", accumulate, 1);
  requireInteger("fit", "seed", seed, 0);
  if (validation) requireInteger("fit", "the number of validation batches", validation.data.length, 1);
  requireInteger("fit", "validation.every", validation?.every ?? 1, 1);
  requireInteger("fit", "checkpoint.every", checkpoint?.every ?? 1, 1);
  if (earlyStopping) checkStopping(earlyStopping);
  for (const metrics of [options.metrics ?? {}, validation?.metrics ?? {}])
    if (Object.hasOwn(metrics, lossName)) throw new RangeError(`fit: a metric cannot be named ${lossName}`);
}

/** Programs often run without having been type-checked, and a dataset has a length too. */
function requireBatches(name: string, { loader }: { readonly loader?: unknown }): void {
  if (typeof loader === "function") return;
  throw new TypeError(`fit: ${name} is expected to be batches, such as dataset(…).batch(32)`);
}

async function train<P, B, S>(plan: Plan<P, B, S>): Promise<FitReason> {
  const { run, options } = plan;
  while (run.epoch < options.epochs) {
    if (isExhausted(run, options)) return "patience";
    const reason = await trainEpoch(plan);
    if (reason) return reason;
  }
  return isExhausted(run, options) ? "patience" : "epochs";
}

function isExhausted<P, B, S>(run: Run<P, S>, options: FitOptions<P, B, S>): boolean {
  return options.earlyStopping !== undefined && run.best.waited >= options.earlyStopping.patience;
}

/** The rest of an epoch; why to stop, if so. */
async function trainEpoch<P, B, S>(plan: Plan<P, B, S>): Promise<FitReason | undefined> {
  const { run, options } = plan;
  const { accumulate = 1, data } = options;
  const begin = performance.now();
  let together: Batch<B>[] = [];
  for await (const batch of data.epoch(run.epoch, run.batch)) {
    together.push(batch);
    if (together.length < accumulate && run.batch + together.length < data.length) continue;
    const report = makeStep(run, together, plan, options);
    together = [];
    const reason = await afterStep(plan, report);
    if (reason) return reason;
    await plan.pause();
  }
  return await afterEpoch(plan, (performance.now() - begin) / 1000);
}

async function afterStep<P, B, S>(plan: Plan<P, B, S>, report: StepReport<P>): Promise<FitReason | undefined> {
  const { run, options } = plan;
  const { validation, checkpoint } = options;
  if (validation?.every !== undefined && run.step % validation.every === 0) await validate(plan, run.epoch);
  if (checkpoint?.every !== undefined && run.step % checkpoint.every === 0) await plan.save();
  options.progress?.update(report);
  if ((await options.onStep?.(report)) === false) return "stopped";
  return isExhausted(run, options) ? "patience" : undefined;
}

async function afterEpoch<P, B, S>(plan: Plan<P, B, S>, seconds: number): Promise<FitReason | undefined> {
  const { run, options } = plan;
  const { validation, checkpoint } = options;
  const { epoch, step, parameters, history } = run;
  const record = { epoch, step, ...meansOf(run.sums), rate: history.steps.rate.at(-1) ?? null, seconds };
  history.epochs.push(record);
  run.epoch++;
  run.batch = 0;
  run.sums = noSums;
  if (validation && validation.every === undefined) await validate(plan, epoch);
  else if (!validation) observe(plan, record);
  const found = history.validations.at(-1);
  if (isPlateau(options.rate) && run.plateau) {
    const { loss } = found ?? record;
    run.plateau = options.rate.update(run.plateau, Number.isFinite(loss) ? loss : Number.MAX_VALUE);
  }
  if (checkpoint && checkpoint.every === undefined) await plan.save();
  options.progress?.update({ epoch, step, loss: record.loss, record, ...(found ? { validation: found } : {}) });
  if ((await options.onEpoch?.({ record, validation: found, parameters })) === false) return "stopped";
  return isExhausted(run, options) ? "patience" : undefined;
}

/** The loss and the metrics over the validation data. */
async function validate<P, B, S>(plan: Plan<P, B, S>, epoch: number): Promise<void> {
  const { run, options, loss } = plan;
  const { validation, metrics } = options;
  if (!validation) return;
  const { parameters, step } = run;
  let sums = noSums;
  let batch = 0;
  for await (const { data, size } of validation.data.epoch()) {
    const value = loss(parameters, data, { step, epoch, seed: batch++, training: false });
    const others = metricsOf(validation.metrics ?? metrics, parameters, data);
    sums = addMeans(sums, { [lossName]: value, ...others }, size);
    await plan.pause();
  }
  const record = { epoch, step, ...meansOf(sums) };
  run.history.validations.push(record);
  observe(plan, record);
}

/** Hands an evaluation to early stopping. */
function observe<P, B, S>(
  { run, options }: Plan<P, B, S>,
  { loss, metrics }: { readonly loss: number; readonly metrics: Readonly<Record<string, number>> },
): void {
  if (!options.earlyStopping) return;
  run.best = watch(options.earlyStopping, run.best, { loss, metrics, step: run.step, parameters: run.parameters });
}

function resultOf<P, B, S>(
  { parameters, state, epoch, step, best, history }: Run<P, S>,
  { earlyStopping }: FitOptions<P, B, S>,
  reason: FitReason,
): FitResult<P, S> {
  const result = { state, reason, epochs: epoch, steps: step, history };
  if (!earlyStopping || best.value === null) return { ...result, parameters };
  return { ...result, parameters: best.parameters, best: { value: best.value, step: best.step } };
}

/**
 * Arguments of primitives as the definitions take them: without what is left out, and in one form where users have a
 * choice of several.
 */
import { windowOf, type PerAxis, type WindowOptions } from "./windows.ts";
import type { Plain } from "./plain.ts";

type Arguments = readonly unknown[];
type Numbers = readonly number[];

/** The axes of a list, a single one or all, counted from the first. */
function axesOf(axes: unknown, rank: number): number[] {
  const list = axes === undefined ? Array.from({ length: rank }, (_, k) => k) : [axes].flat();
  return (list as number[]).map((axis) => (axis < 0 ? axis + rank : axis));
}

const rankOf = (x: unknown): number => (x as Plain).shape.length;

/** `args` with others at some places. */
function changed(args: Arguments, others: Readonly<Record<number, unknown>>): unknown[] {
  const length = Math.max(args.length, ...Object.keys(others).map((i) => Number(i) + 1));
  return Array.from({ length }, (_, i) => (i in others ? others[i] : args[i]));
}

const reduction = (args: Arguments): unknown[] =>
  changed(args, { 1: axesOf(args[1], rankOf(args[0])), 2: args[2] === true });

const normed = (args: Arguments): unknown[] =>
  changed(args, { 2: axesOf(args[2], rankOf(args[0])), 3: args[3] === true });

const onlyAxes = (args: Arguments): unknown[] => changed(args, { 1: axesOf(args[1], rankOf(args[0])) });

function permuted(args: Arguments): unknown[] {
  const rank = rankOf(args[0]);
  return [args[0], args[1] === undefined ? axesOf(undefined, rank).reverse() : axesOf(args[1], rank)];
}

function running(args: Arguments): unknown[] {
  const options = (args[2] ?? {}) as Readonly<Record<string, unknown>>;
  return changed(args, { 2: { exclusive: options.exclusive === true, reverse: options.reverse === true } });
}

/** `ijk,kl->il` as the numbers of its labels. */
function labelled([spec, operands]: Arguments): unknown[] {
  const [left, output] = (spec as string).split("->");
  const inputs = left.split(",");
  const labels = [...new Set(inputs.join(""))];
  const numbers = (text: string): number[] => text.split("").map((label) => labels.indexOf(label));
  const lengths = labels.map((label) => {
    const which = inputs.findIndex((input) => input.includes(label));
    return (operands as readonly Plain[])[which].shape[inputs[which].indexOf(label)];
  });
  return [{ inputs: inputs.map(numbers), output: numbers(output), lengths }, operands];
}

const convolved =
  (at: number) =>
  (args: Arguments): unknown[] =>
    changed(args, { [at]: windowOf(args[at] ?? {}, 1) });

const pooled =
  (at: number) =>
  (args: Arguments): unknown[] => {
    const pool = args[at] as PerAxis | (WindowOptions & { readonly window: PerAxis });
    const options = typeof pool === "number" || "length" in pool ? { window: pool } : pool;
    return changed(args, { [at]: windowOf(options, options.window) });
  };

/** How the arguments of a primitive are changed; those of the others stay as they are. */
export const spelled: Readonly<Record<string, ((args: Arguments) => unknown[]) | undefined>> = {
  sum: reduction,
  mean: reduction,
  max: reduction,
  min: reduction,
  logSumExp: reduction,
  variance: (args) => changed(reduction(args), { 3: args[3] ?? 0 }),
  deviation: onlyAxes,
  freedom: (args) => changed(onlyAxes(args), { 2: args[2] ?? 0 }),
  unreduce: (args) => changed(args, { 2: axesOf(args[2], (args[1] as Numbers).length) }),
  tieShares: (args) => changed(args, { 2: axesOf(args[2], rankOf(args[0])) }),
  norm: normed,
  normDirection: normed,
  normCurvature: normed,
  squeeze: (args) => (args[1] === undefined ? [args[0], unitAxes(args[0] as Plain)] : onlyAxes(args)),
  flip: onlyAxes,
  transpose: permuted,
  untranspose: permuted,
  slice: (args) => changed(args, { 3: args[3] ?? [] }),
  unslice: (args) => changed(args, { 4: args[4] ?? [] }),
  pad: (args) => changed(args, { 3: args[3] ?? 0 }),
  cumsum: running,
  cumsumAdjoint: running,
  einsum: labelled,
  conv2d: convolved(2),
  conv2dInput: convolved(3),
  conv2dWeights: convolved(3),
  maxPool2d: pooled(1),
  maxPool2dInput: pooled(2),
  maxPool2dTangent: pooled(2),
  averagePool2d: pooled(1),
  averagePool2dInput: pooled(2),
};

function unitAxes({ shape }: Plain): number[] {
  return [...shape.keys()].filter((axis) => shape[axis] === 1);
}

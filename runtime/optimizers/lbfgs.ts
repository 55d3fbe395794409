/** Minimisation of a smooth function by L-BFGS. */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../finite.ts";
import { countNumbers, flatten, flattenLike, unflatten } from "../flat.ts";
import { mapTree } from "../tree.ts";
import type { GradientOf } from "../tree-types.ts";
import { dot, largest, plus } from "../vector.ts";
import { wolfeSearch, type Trial } from "./line-search.ts";

export interface MinimizeOptions<T> {
  /** 200 unless given. */
  readonly maxIterations?: number;
  /** It is done when no number of the gradient is larger than this; 1e-6 unless given. */
  readonly gradientTolerance?: number;
  /** It is done when an iteration makes the value smaller by no more than this share of it; 1e-12 unless given. */
  readonly valueTolerance?: number;
  /** How many of the last steps the curvature is guessed from; 10 unless given. */
  readonly memory?: number;
  /** The length of the very first trial step, in the unit of the parameters; 1 unless given. */
  readonly firstStep?: number;
  /** Where an earlier call ended: this one goes on as if that had not, bit for bit, with the numbers of the state for those of `start`. */
  readonly state?: MinimizeState;
  /** Called after each iteration; if it returns `false`, that was the last. */
  readonly onStep?: (step: MinimizeStep<T>) => unknown;
}

export interface MinimizeStep<T> {
  /** From 1. */
  readonly iteration: number;
  readonly params: T;
  readonly value: number;
}

/**
 * Why it ended: the gradient is small enough; the value hardly changes any more; `maxIterations` were made; no step makes
 * the value smaller (numbers are too coarse, or the gradient is wrong); `onStep` returned `false`.
 */
export type StopReason = "gradient" | "value" | "iterations" | "line search" | "stopped";

export interface Minimum<T> {
  readonly params: T;
  readonly value: number;
  /** The largest size of a number of the gradient there. */
  readonly gradientSize: number;
  readonly iterations: number;
  /** How often the function was called. */
  readonly evaluations: number;
  readonly reason: StopReason;
  /** What another call needs to go on from here. */
  readonly state: MinimizeState;
}

/** Where a minimisation stands: plain data, which can be saved as JSON. */
export interface MinimizeState {
  readonly point: Point;
  /** The last steps, from which the curvature is guessed. */
  readonly pairs: readonly Pair[];
}

interface Point {
  readonly numbers: readonly number[];
  readonly value: number;
  readonly gradient: readonly number[];
}

/** A step and how it changed the gradient. */
interface Pair {
  readonly moved: readonly number[];
  readonly change: readonly number[];
  /** Their scalar product, positive. */
  readonly curvature: number;
}

/**
 * Looks for parameters where the value is smallest, from `start` on, by the L-BFGS method with a line search for the strong
 * Wolfe conditions. `valueAndGradient` is what `valueAndGrad` gives: `minimize((p) => lossAndGradient(p, data), start)`.
 * Where it gives NaN or Infinity (outside the domain of a logarithm, say), the step is made smaller.
 *
 * Source: D. C. Liu and J. Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.
 *
 * Throws a TypeError where the gradient has another shape than the parameters, and a RangeError for a bad option, where `start`
 * has no numbers, where they, their value or their gradient are not finite, or where the state is of other parameters.
 */
export function minimize<T>(
  valueAndGradient: (params: T) => readonly [value: number, gradient: GradientOf<T>],
  start: T,
  options: MinimizeOptions<T> = {},
): Minimum<T> {
  const settings = { ...defaults, ...options };
  checkOptions(settings);
  const count = countNumbers(start, "minimize");
  let evaluations = 0;
  const evaluate = (numbers: readonly number[]): Point => {
    const params = unflatten(start, numbers);
    evaluations++;
    const [value, gradient] = valueAndGradient(params);
    if (evaluations === 1) checkFirst(params, value, gradient);
    return { numbers, value, gradient: flattenLike(params, gradient, names) };
  };
  const { state, iterations, reason } = iterationsOf(
    evaluate,
    options.state ? checkedState(options.state, count) : { point: evaluate(flatten(start, "params")), pairs: [] },
    settings,
    ({ numbers, value }, iteration) => options.onStep?.({ iteration, params: unflatten(start, numbers), value }),
  );
  const { numbers, value, gradient } = state.point;
  const params = unflatten(start, numbers);
  return { params, value, gradientSize: largest(gradient), iterations, evaluations, reason, state };
}

type Settings = Required<Omit<MinimizeOptions<unknown>, "onStep" | "state">>;

const names = ["params", "gradient"] as const;
const defaults: Settings = {
  maxIterations: 200,
  gradientTolerance: 1e-6,
  valueTolerance: 1e-12,
  memory: 10,
  firstStep: 1,
};

function iterationsOf(
  evaluate: (numbers: readonly number[]) => Point,
  start: MinimizeState,
  { maxIterations, gradientTolerance, valueTolerance, memory, firstStep }: Settings,
  onStep: (point: Point, iteration: number) => unknown,
): { readonly state: MinimizeState; readonly iterations: number; readonly reason: StopReason } {
  let { point, pairs } = start;
  const ended = (reason: StopReason, iterations: number) => ({ state: { point, pairs }, iterations, reason });
  if (largest(point.gradient) <= gradientTolerance) return ended("gradient", 0);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    let next = search(evaluate, point, pairs, firstStep);
    // What was guessed from the last steps may have become useless: once more straight down.
    if (!next && pairs.length > 0) next = search(evaluate, point, (pairs = []), firstStep);
    if (!next) return ended("line search", iterations - 1);
    pairs = withPair(pairs, point, next, memory);
    const gain = point.value - next.value;
    point = { numbers: next.numbers, value: next.value, gradient: next.gradient };
    const stopped = onStep(point, iterations) === false;
    if (largest(point.gradient) <= gradientTolerance) return ended("gradient", iterations);
    if (gain <= valueTolerance * Math.abs(point.value)) return ended("value", iterations);
    if (stopped) return ended("stopped", iterations);
  }
  return ended("iterations", maxIterations);
}

/** The next point: from `point` along the direction that the pairs suggest. */
function search(
  evaluate: (numbers: readonly number[]) => Point,
  point: Point,
  pairs: readonly Pair[],
  firstStep: number,
): Point | undefined {
  const direction = descent(point.gradient, pairs);
  const trialAt = (size: number, at: Point): Trial & Point => ({
    ...at,
    size,
    slope: dot(direction, at.gradient),
  });
  const here = trialAt(0, point);
  if (!(here.slope < 0)) return undefined;
  const first = pairs.length > 0 ? 1 : firstStep / Math.sqrt(dot(direction, direction));
  return wolfeSearch((size) => trialAt(size, evaluate(plus(point.numbers, size, direction))), here, first);
}

/** Minus the inverse of the second derivatives, as the pairs show them, times the gradient (Nocedal and Wright, algorithm 7.4). */
function descent(gradient: readonly number[], pairs: readonly Pair[]): number[] {
  let direction = gradient.map((d) => -d);
  const shares: number[] = [];
  for (const { moved, change, curvature } of [...pairs].reverse()) {
    const share = dot(moved, direction) / curvature;
    shares.push(share);
    direction = plus(direction, -share, change);
  }
  const last = pairs.at(-1);
  if (last) direction = direction.map((d) => (d * last.curvature) / dot(last.change, last.change));
  for (const { moved, change, curvature } of pairs) {
    const share = shares.pop() ?? 0;
    direction = plus(direction, share - dot(change, direction) / curvature, moved);
  }
  return direction;
}

/** The last `memory` pairs. One without positive curvature, left by a step that ended early, is of no use. */
function withPair(pairs: readonly Pair[], before: Point, after: Point, memory: number): readonly Pair[] {
  const moved = plus(after.numbers, -1, before.numbers);
  const change = plus(after.gradient, -1, before.gradient);
  const curvature = dot(moved, change);
  if (!(curvature > Number.EPSILON * dot(change, change))) return pairs;
  return [...pairs, { moved, change, curvature }].slice(-memory);
}

function checkOptions({ maxIterations, gradientTolerance, valueTolerance, memory, firstStep }: Settings): void {
  requireInteger("minimize", "maxIterations", maxIterations, 0);
  requireWithin("minimize", "gradientTolerance", gradientTolerance, 0);
  requireWithin("minimize", "valueTolerance", valueTolerance, 0);
  requireInteger("minimize", "memory", memory, 1);
  requirePositive("minimize", "firstStep", firstStep);
}

function checkedState(state: MinimizeState, count: number): MinimizeState {
  const { point, pairs } = state;
  const lists = [point.numbers, point.gradient, ...pairs.flatMap(({ moved, change }) => [moved, change])];
  for (const list of lists) {
    if (list.length !== count)
      throw new RangeError(`minimize: the state is of ${list.length} numbers, params has ${count}`);
    requireFinite(list, "minimize: state");
  }
  return state;
}

function checkFirst(params: unknown, value: number, gradient: unknown): void {
  if (!Number.isFinite(value)) throw new RangeError(`minimize: the value at the start is ${String(value)}`);
  mapTree([params, gradient], {
    names,
    visit([numbers, change], placeOf) {
      requireFinite(change, "gradient", placeOf, " at the start");
      return numbers;
    },
  });
}

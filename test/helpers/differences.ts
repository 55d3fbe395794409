/** Derivatives by central differences, to compare with. */
import { at, moved, numberPaths, type Path, clone } from "./values.ts";

/** A central difference, improved once by Richardson's extrapolation, and how far that moved it. */
export interface Slope {
  readonly value: number;
  readonly doubt: number;
}

/** The slope of `f` at `x`; the error is of the order of the fourth power of the step. */
export function slope(f: (x: number) => number, x: number, step = 1e-3): Slope {
  const h = step * Math.max(1, Math.abs(x));
  const central = (width: number): number => (f(x + width) - f(x - width)) / (2 * width);
  const [wide, narrow, narrower] = [central(h), central(h / 2), central(h / 4)];
  const first = (4 * narrow - wide) / 3;
  const second = (4 * narrower - narrow) / 3;
  return { value: (16 * second - first) / 15, doubt: Math.abs(second - first) };
}

/** The slope of `f(...args)` in the number at `path` of argument `index`. */
export function partial(
  f: (...args: unknown[]) => number,
  args: readonly unknown[],
  index: number,
  path: Path,
  step?: number,
): Slope {
  const start = at(args[index], path) as number;
  return slope(
    (x) => {
      const copies = args.map((argument, i) => (i === index ? moved(argument, path, x - start) : clone(argument)));
      return f(...copies);
    },
    start,
    step,
  );
}

/** The first entry of a gradient that differences do not confirm; undefined where all agree. */
export function gradientError(
  f: (...args: unknown[]) => number,
  args: readonly unknown[],
  index: number,
  gradient: unknown,
  tolerance: number,
): string | undefined {
  const size = Math.abs(f(...args.map((argument) => clone(argument))));
  for (const path of numberPaths(gradient)) {
    const got = at(gradient, path) as number;
    const { value } = partial(f, args, index, path);
    const allowed = tolerance * Math.max(1e-3, Math.abs(value), Math.abs(got), size * 1e-3);
    if (!(Math.abs(got - value) <= allowed))
      return `[${path.join("][")}]: ${String(got)}, by differences ${String(value)}`;
  }
  return undefined;
}

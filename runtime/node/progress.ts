/** Shows in a terminal how far a run is. */
import type { Progress, ProgressUpdate } from "../train/options.ts";
import { optional } from "./optional.ts";

/** Where it is shown. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * A progress bar on a terminal (of the package `cli-progress`: an Error says so where it is not installed), and one line
 * an epoch elsewhere. `output` is the error output of the process unless given.
 */
export function progressBar(output: Output = process.stderr): Progress {
  return output.isTTY === true ? bar(output) : lines(output);
}

function lines(output: Output): Progress {
  return {
    start: () => undefined,
    update(now) {
      if (now.record) output.write(`${describe(now)}\n`);
    },
    stop: () => undefined,
  };
}

/** The part of `cli-progress` that is used. */
interface CliProgress {
  readonly default: {
    readonly SingleBar: new (options: Readonly<Record<string, unknown>>) => {
      start(total: number, value: number, payload: Readonly<Record<string, string>>): void;
      update(value: number, payload: Readonly<Record<string, string>>): void;
      stop(): void;
    };
  };
}

function bar(output: Output): Progress {
  let shown: InstanceType<CliProgress["default"]["SingleBar"]> | undefined;
  return {
    async start({ steps, step }) {
      const { default: progress } = await optional<CliProgress>("cli-progress", "progressBar", "cli-progress");
      const format = "{bar} {value}/{total}  {eta_formatted}  {message}";
      shown = new progress.SingleBar({ format, stream: output, hideCursor: true });
      shown.start(steps, step, { message: "" });
    },
    update: (now) => shown?.update(now.step, { message: describe(now) }),
    stop: () => shown?.stop(),
  };
}

function describe({ epoch, loss, record, validation }: ProgressUpdate): string {
  const known = {
    loss,
    ...record?.metrics,
    ...(validation && record ? { "validation loss": validation.loss } : {}),
    ...(record ? prefixed("validation ", validation?.metrics ?? {}) : {}),
  };
  const texts = Object.entries(known).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return [`epoch ${epoch + 1}`, ...texts].join("  ");
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

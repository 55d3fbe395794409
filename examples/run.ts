import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** What the programs that train a network are told on the command line. */
export interface Run {
  /** `--short`: a little training, for tests. */
  readonly short: boolean;
  /** `--show-grad`: print the derivative of the loss. */
  readonly showGrad: boolean;
  /** A path in the folder of results: `out` beside the program, or what `--out` says. */
  file(name: string): string;
}

/** Reads the command line of the program at `url`. */
export function readCommandLine(url: string): Run {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      "show-grad": { type: "boolean", default: false },
      out: { type: "string", default: fileURLToPath(new URL("out/", url)) },
    },
  });
  mkdirSync(values.out, { recursive: true });
  return { short: values.short, showGrad: values["show-grad"], file: (name) => join(values.out, name) };
}

/** `97.35 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

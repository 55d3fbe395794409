/** Small projects in temporary folders, which find `cotangent` as an installed package. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const checkout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** The primal in one module, the request in another. */
export const twoFiles: Readonly<Record<string, string>> = {
  "model.ts": `const scale: number = 3;

export function loss(x: number, y: number): number {
  return scale * x * x * Math.sin(y);
}
`,
  "main.ts": `import { grad } from "cotangent";
import { loss } from "./model.ts";

const dLoss = grad(loss);
const value: number = dLoss(2, 1);
console.log(JSON.stringify([value, loss(2, 1)]));
`,
};

/** What the program prints. */
export const expected: readonly number[] = [12 * Math.sin(1), 12 * Math.sin(1)];

/** The same with a function that is refused, at line 2 of model.ts. */
export const wrongFiles: Readonly<Record<string, string>> = {
  ...twoFiles,
  "model.ts": `export function loss(x: number, y: number): number {
  return x * Number((y * x).toFixed(2));
}
`,
};

/** Writes the files into a new folder, which is removed when the test has finished. */
export function projectOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cotangent-project-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(checkout, join(folder, "node_modules", "cotangent"));
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node in a folder. */
export function node(folder: string, ...parameters: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

/** The numbers a program prints as JSON. */
export function numbersOf(run: Run): readonly number[] {
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as number[];
}

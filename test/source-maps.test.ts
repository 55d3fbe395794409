/** A debugger on a program that `cotangent/register` runs: derivatives are a readable source, with breakpoints. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built } from "./helpers/built.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "cotangent-maps-")));
const register = pathToFileURL(join(root, "dist/src/register.js")).href;
const tracing = pathToFileURL(join(root, "node_modules/@jridgewell/trace-mapping/dist/trace-mapping.mjs")).href;

const model = `import { grad } from "cotangent";

export interface Sample {
  x: number;
}

export function loss(w: number, samples: Sample[]): number {
  let sum = 0;
  for (const { x } of samples) {
    sum += Math.sin(w * x);
  }
  return sum;
}

export const derivative = grad(loss);
`;

/** Debugs the module beside it, and prints what it saw. */
const debuggerProgram = `import { Session } from "node:inspector";
import { generatedPositionFor, originalPositionFor, TraceMap } from ${JSON.stringify(tracing)};

const session = new Session();
session.connect();
const post = (method, parameters) => {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(method + ": " + error.message);
    answer = result;
  });
  return answer;
};
const scripts = [];
session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params));
post("Debugger.enable");
const { derivative } = await import("./model.ts");
const script = scripts.find(({ url }) => url.endsWith("/model.ts"));
const json = Buffer.from(script.sourceMapURL.replace(/^.*?base64,/, ""), "base64").toString("utf8");
const map = JSON.parse(json);
const traced = new TraceMap(map);
const index = map.sources.findIndex((source) => source.endsWith("/model.grad.ts"));
const text = map.sourcesContent[index];
const lines = text.split("\\n");
const line = lines.findIndex((content) => content.trim().startsWith("dw +=")) + 1;
const column = lines[line - 1].indexOf("dw");
const place = generatedPositionFor(traced, { source: map.sources[index], line, column });
const set = post("Debugger.setBreakpointByUrl", { url: script.url, lineNumber: place.line - 1, columnNumber: place.column });
const stops = [];
session.on("Debugger.paused", ({ params }) => {
  const [{ functionName, location }] = params.callFrames;
  const original = originalPositionFor(traced, { line: location.lineNumber + 1, column: location.columnNumber });
  stops.push({ ours: params.hitBreakpoints.includes(set.breakpointId), functionName, ...original });
});
const value = derivative(0.5, [{ x: 1 }, { x: 2 }]);
session.disconnect();
console.log(JSON.stringify({ sources: map.sources, text, own: map.sourcesContent[1 - index], line, stops, value }));
`;

interface Seen {
  readonly sources: readonly string[];
  readonly text: string;
  readonly own: string;
  readonly line: number;
  readonly stops: readonly { ours: boolean; functionName: string; source: string; line: number }[];
  readonly value: number;
}

beforeAll(() => {
  built();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "model.ts"), model);
  writeFileSync(join(folder, "debug.mjs"), debuggerProgram);
  const link = join(folder, "node_modules");
  mkdirSync(link);
  symlinkSync(root, join(link, "cotangent"), "dir");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a debugger stops in the readable text of a derivative", () => {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", register, "debug.mjs"], {
    cwd: folder,
    encoding: "utf8",
    env,
    timeout: 60_000,
  });
  expect(status, stderr).toBe(0);
  const seen = JSON.parse(stdout) as Seen;
  const urls = ["model.ts", "model.grad.ts"].map((name) => pathToFileURL(join(folder, name)).href);
  expect([...seen.sources].sort()).toEqual([...urls].sort());
  expect(seen.own).toBe(model);
  expect(seen.text).toContain("export function loss_grad(w: number, samples: Sample[]): number {");
  expect(seen.line).toBeGreaterThan(1);
  // Once for each sample.
  const stop = { ours: true, functionName: "loss_grad", source: urls[1], line: seen.line };
  expect(seen.stops).toMatchObject([stop, stop]);
  expect(seen.value).toBeCloseTo(Math.cos(0.5) + 2 * Math.cos(1), 14);
});

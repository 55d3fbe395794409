/** Two derivatives never share a name, and none is taken for a function of the user. */
import { expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { runFiles } from "./run-files.ts";

async function exportsOf(text: string): Promise<Record<string, (...parameters: unknown[]) => unknown>> {
  const files = { "/model.ts": `import { grad, jvp } from "cotangent";\n${text}` };
  const compilation = await compile(files);
  expect(compilation.diagnostics).toEqual([]);
  return runFiles(compilation, files, "/model.ts") as Record<string, (...parameters: unknown[]) => unknown>;
}

it("keeps a number and a tuple of one apart", async () => {
  const model = await exportsOf(`export const f = (x: number, k: number): number => x * k * k;
export const one = grad(f, { wrt: 1 });
export const tuple = grad(f, { wrt: [1] });
export const j = jvp(f, { wrt: 0 });
export const jTuple = jvp(f, { wrt: [0] });
`);
  expect([model.one(2, 3), model.tuple(2, 3), model.j([2, 3], 1), model.jTuple([2, 3], [1])]).toEqual([
    12,
    [12],
    [18, 9],
    [18, 9],
  ]);
});

it("does not take a function of the user for a derivative", async () => {
  const model = await exportsOf(`export const square = (x: number): number => x * x;
export const square_grad = (x: number): number => 100 * x;
export const a = grad(square_grad);
export const b = grad(square);
`);
  expect([model.a(3), model.b(3)]).toEqual([100, 6]);
});

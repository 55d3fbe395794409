import { expect, test } from "vitest";
import {
  add,
  arrayOf,
  constant,
  element,
  index,
  lengthOf,
  math,
  multiply,
  read,
  real,
  subtract,
  variable,
  zeros,
} from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { assertWellFormed } from "../../transforms/ir/assert.ts";
import { functionOf, originOf, programOf, run, typeErrors, written } from "./helpers.ts";

const f64 = arrayOf(real, "f64");
const c = constant;

/** The optimised gradient of golden 05, built by hand. */
function heatGradient(): { gradient: ir.FunctionIR; primal: ir.FunctionIR } {
  const u0 = variable("u0", f64, "parameter", { annotation: "Float64Array" });
  const k = variable("k", real, "parameter", { annotation: "number" });
  const steps = variable("steps", real, "parameter", { annotation: "number" });
  const u = variable("u", f64, "user");
  const last = variable("last", index, "user");
  const trips = variable("trips", index);
  const inner = variable("inner", index);
  const uTape = variable("uTape", f64, "tape");
  const counter = (name: string): ir.Variable => variable(name, index, "counter");
  const [t1, i1, i2, t3, i3] = ["t", "i", "i", "t", "i"].map(counter);
  const du = variable("du", f64, "shadow", { shadowOf: u });
  const dk = variable("dk", real, "shadow", { shadowOf: k });
  const dNew = variable("dNew", real);
  const derived = true;
  const diffusion = originOf("u[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1])", 5);
  const energy = originOf("energy += u[i] * u[i]", 9);
  const at = (array: ir.Variable, i: ir.Variable, offset = 0): ir.Element =>
    element(read(array), offset === 0 ? read(i) : offset > 0 ? add(read(i), c(offset)) : subtract(read(i), c(-offset)));
  const slope = (i: ir.Variable): ir.Expression => add(subtract(at(u, i, -1), multiply(c(2), at(u, i))), at(u, i, 1));
  const slot = (t: ir.Variable, i: ir.Variable): ir.Element =>
    element(read(uTape), subtract(add(multiply(read(t), read(inner)), read(i)), c(1)));
  const flow = multiply(read(k), read(dNew));
  const body: ir.Block = [
    { kind: "note", text: "Forward pass" },
    {
      kind: "let",
      variable: u,
      value: { kind: "copy", type: f64, source: read(u0) },
      origin: originOf("u = u0.slice()", 2),
    },
    { kind: "let", variable: last, value: subtract(lengthOf(read(u)), c(1)) },
    { kind: "let", variable: trips, value: math("max", c(0), math("ceil", read(steps))) },
    { kind: "let", variable: inner, value: math("max", c(0), subtract(read(last), c(1))), derived },
    {
      kind: "let",
      variable: uTape,
      value: { kind: "newArray", type: f64, length: multiply(read(trips), read(inner)) },
      derived,
    },
    {
      kind: "for",
      counter: t1,
      lo: c(0),
      hi: read(trips),
      descending: false,
      body: [
        {
          kind: "for",
          counter: i1,
          lo: c(1),
          hi: read(last),
          descending: false,
          body: [
            { kind: "set", target: slot(t1, i1), value: at(u, i1), origin: diffusion, derived },
            { kind: "set", target: at(u, i1), value: add(at(u, i1), multiply(read(k), slope(i1))), origin: diffusion },
          ],
        },
      ],
    },
    { kind: "note", text: "Backward pass" },
    { kind: "let", variable: du, value: zeros(read(u), f64), derived },
    { kind: "let", variable: dk, value: c(0), derived },
    {
      kind: "for",
      counter: i2,
      lo: c(0),
      hi: add(read(last), c(1)),
      descending: false,
      body: [
        { kind: "set", target: at(du, i2), value: add(at(du, i2), multiply(c(2), at(u, i2))), origin: energy, derived },
      ],
      derived,
    },
    {
      kind: "for",
      counter: t3,
      lo: c(0),
      hi: read(trips),
      descending: true,
      derived,
      body: [
        {
          kind: "for",
          counter: i3,
          lo: c(1),
          hi: read(last),
          descending: true,
          derived,
          body: [
            { kind: "set", target: at(u, i3), value: slot(t3, i3), origin: diffusion, derived },
            { kind: "let", variable: dNew, value: at(du, i3), origin: diffusion, derived },
            {
              kind: "set",
              target: read(dk),
              value: add(read(dk), multiply(read(dNew), slope(i3))),
              origin: diffusion,
              derived,
            },
            { kind: "set", target: at(du, i3, -1), value: add(at(du, i3, -1), flow), origin: diffusion, derived },
            {
              kind: "set",
              target: at(du, i3),
              value: subtract(read(dNew), multiply(multiply(c(2), read(k)), read(dNew))),
              origin: diffusion,
              derived,
            },
            { kind: "set", target: at(du, i3, 1), value: add(at(du, i3, 1), flow), origin: diffusion, derived },
          ],
        },
      ],
    },
    { kind: "return", values: [read(du), read(dk)], origin: originOf("u = u0.slice()", 2), derived },
  ];
  const primal = functionOf("heat", [u0, k, steps], [real], [{ kind: "return", values: [c(0)] }]);
  const derivation = { of: primal.key, mode: "gradient", wrt: ["u0", "k"], resultLabels: ["du0", "dk"] } as const;
  return { primal, gradient: functionOf("heat_grad", [u0, k, steps], [f64, real], body, { derivation }) };
}

test("golden 05 is written as it should read", async () => {
  const { gradient, primal } = heatGradient();
  assertWellFormed(gradient, programOf(gradient, primal));
  const module = await written([gradient], [primal]);
  expect(module.text).toBe(`/** Gradient of {@link heat} (model.ts:1) with respect to \`u0\` and \`k\`. */
export function heat_grad(u0: Float64Array, k: number, steps: number): [du0: Float64Array, dk: number] {
  // Forward pass
  const u = u0.slice();
  const last = u.length - 1;
  const trips = Math.max(0, Math.ceil(steps));
  const inner = Math.max(0, last - 1);
  const uTape = new Float64Array(trips * inner);
  for (let t = 0; t < trips; t++) {
    for (let i = 1; i < last; i++) {
      uTape[t * inner + i - 1] = u[i];
      u[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
    }
  }

  // Backward pass
  const du = new Float64Array(u.length);
  let dk = 0;
  // energy += u[i] * u[i]
  for (let i = 0; i <= last; i++) du[i] += 2 * u[i];
  for (let t = trips - 1; t >= 0; t--) {
    for (let i = last - 1; i >= 1; i--) {
      u[i] = uTape[t * inner + i - 1];
      // u[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1])
      const dNew = du[i];
      dk += dNew * (u[i - 1] - 2 * u[i] + u[i + 1]);
      du[i - 1] += k * dNew;
      du[i] = dNew - 2 * k * dNew;
      du[i + 1] += k * dNew;
    }
  }
  // u = u0.slice()
  return [du, dk];
}
`);
  expect(module.runtime).toEqual([]);
  expect(typeErrors(module, "declare function heat(): number;")).toEqual([]);
});

test("golden 05 computes what differences say", async () => {
  const { gradient, primal } = heatGradient();
  const { heat_grad } = run(await written([gradient], [primal]), ["heat_grad"]) as unknown as {
    heat_grad: (u: Float64Array, k: number, steps: number) => [Float64Array, number];
  };
  const heat = (u0: Float64Array, k: number, steps: number): number => {
    const u = u0.slice();
    for (let t = 0; t < steps; t++)
      for (let i = 1; i < u.length - 1; i++) u[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
    return u.reduce((sum, x) => sum + x * x, 0);
  };
  const u0 = Float64Array.of(1, -2, 0.5, 3, 1);
  const [, dk] = heat_grad(u0, 0.1, 3);
  const h = 1e-6;
  expect(dk).toBeCloseTo((heat(u0, 0.1 + h, 3) - heat(u0, 0.1 - h, 3)) / (2 * h), 5);
});

/** The rules of every primitive of the folder: against differences, and in single precision against double precision. */
import { describe, expect, it } from "vitest";
import { ruleOf } from "../../../../runtime/primitive.ts";
import * as all from "../../../../runtime/tensor/gather/index.ts";
import { Tensor } from "../../../../runtime/tensor/tensor.ts";
import { checkRule, randomTensor } from "../check.ts";
import { plain, table } from "./table.ts";

type Anything = (...parameters: unknown[]) => unknown;

it("every export is tested", () => {
  const functions = Object.entries(all).filter(([, value]) => typeof value === "function");
  expect(functions.map(([name]) => name).sort()).toEqual([...Object.keys(table), ...plain].sort());
  for (const [name, f] of functions) expect(ruleOf(f as Anything) === undefined).toBe(plain.includes(name));
});

describe.each(Object.entries(table))("%s", (_name, { f, cases }) => {
  it("has the derivatives that differences show", () => {
    for (const args of cases) checkRule(f, args);
  });

  it("keeps single precision, shapes and numbers alike, in its maps too", () => {
    const rule = ruleOf(f as Anything);
    for (const args of cases) {
      const inert = args.map((_, i) => rule?.vjp[i] == null);
      const singles = args.map((argument, i) => (inert[i] ? argument : inSingle(argument as Tensor)));
      const doubles = singles.map((argument, i) => (inert[i] ? argument : inDouble(argument as Tensor)));
      const [y, exact] = [(f as Anything)(...singles) as Tensor, (f as Anything)(...doubles) as Tensor];
      close(y, exact);
      args.forEach((_, i) => {
        const [pull, push] = [rule?.vjp[i], rule?.jvp[i]] as (Anything | null)[];
        if (!pull || !push) return;
        const dy = inSingle(randomTensor(y.shape, 11));
        close(pull(dy, y, ...singles) as Tensor, pull(inDouble(dy), exact, ...doubles) as Tensor);
        const dot = inSingle(randomTensor((singles[i] as Tensor).shape, 12));
        close(push(dot, y, ...singles) as Tensor, push(inDouble(dot), exact, ...doubles) as Tensor);
      });
    }
  });

  it("does not change what it is given", () => {
    for (const args of cases) {
      const before = args.map((argument) => (argument instanceof Tensor ? argument.data.slice() : argument));
      (f as Anything)(...args);
      expect(args.map((argument) => (argument instanceof Tensor ? argument.data : argument))).toEqual(before);
    }
  });
});

function inSingle(x: Tensor): Tensor {
  return new Tensor(x.shape, "f32", new Float32Array(x.data));
}

function inDouble(x: Tensor): Tensor {
  return new Tensor(x.shape, "f64", new Float64Array(x.data));
}

/** A result in single precision against the one in double precision; inert results have a precision of their own. */
function close(single: Tensor, double: Tensor): void {
  expect(single.shape).toEqual(double.shape);
  if (double.dtype === "f64" && single.dtype === "f64") {
    expect(single.data).toEqual(double.data);
    return;
  }
  expect(single.dtype).toBe("f32");
  for (let i = 0; i < single.size; i++)
    expect(Math.abs(single.data[i] - double.data[i])).toBeLessThan(2e-6 * Math.max(1, Math.abs(double.data[i])));
}

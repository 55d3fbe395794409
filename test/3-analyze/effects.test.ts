import { describe, expect, test } from "vitest";
import { classesIn, classesOf, parametersMayAlias } from "../../transforms/3-analyze/classes.ts";
import { effectsOf } from "../../transforms/3-analyze/effects.ts";
import { activity } from "../../transforms/3-analyze/activity.ts";
import { arrayOf, lengthOf, math, real, typeOf } from "../../transforms/ir/build.ts";
import type { Block, FunctionIR, Program, Variable } from "../../transforms/ir/ir.ts";
import {
  at,
  binary,
  counter,
  declare,
  f64,
  give,
  loop,
  parameter,
  set,
  temporary,
  user,
  value,
} from "../5-simplify/nodes.ts";
import { origin } from "../5-simplify/hand-built.ts";

const rows = arrayOf(arrayOf(real));
const plain = arrayOf(real);

function fn(name: string, parameters: readonly Variable[], body: Block): FunctionIR {
  const last = body.at(-1);
  const results = last?.kind === "return" ? last.values.map(typeOf) : [];
  return { key: name, name, file: "f.ts", parameters, results, body, origin };
}
function programOf(...functions: readonly FunctionIR[]): Program {
  return { functions: new Map(functions.map((each) => [each.key, each])) };
}

describe("effects", () => {
  const a = parameter("a", f64);
  const b = parameter("b", f64);
  const copies = fn("copies", [a, b], [set(at(a, 0), at(b, 0)), give()]);

  test("which parameters' memory is read and written", () => {
    const effects = effectsOf(programOf(copies))("copies");
    expect([...effects.reads]).toEqual([1]);
    expect([...effects.writes]).toEqual([0]);
    expect(effects.hasEffect).toBe(false);
  });

  test("through calls, also recursive ones", () => {
    const x = parameter("x", f64);
    const y = parameter("y", f64);
    const n = parameter("n");
    const swaps = fn(
      "swaps",
      [x, y, n],
      [
        { kind: "call", results: [], callee: "copies", arguments: [value(y), value(x)] },
        { kind: "call", results: [], callee: "swaps", arguments: [value(x), value(y), binary("-", n, 1)] },
        give(),
      ],
    );
    const effects = effectsOf(programOf(copies, swaps))("swaps");
    expect([...effects.reads]).toEqual([0]);
    expect([...effects.writes]).toEqual([1]);
  });

  test("a result that is reachable from an argument is not fresh", () => {
    const m = parameter("m", rows);
    const row = fn("row", [m], [give(at(m, 0))]);
    const r = user("r", f64);
    const fresh = fn(
      "fresh",
      [a],
      [declare(r, { kind: "copy", type: f64, source: value(a) }), set(at(r, 0), 1), give(r)],
    );
    const effects = effectsOf(programOf(row, fresh));
    expect(effects("row").allocatesResult).toBe(false);
    expect(effects("fresh").allocatesResult).toBe(true);
    expect(effects("fresh").writes.size).toBe(0);
  });
});

describe("classes", () => {
  const a = parameter("a", f64);
  const b = parameter("b", f64);
  const c = parameter("c", plain);

  test("parameters of one type stay apart unless their memory is written", () => {
    const reads = fn("reads", [a, b, c], [give(binary("+", at(a, 0), at(b, 0)))]);
    const writes = fn("writes", [a, b, c], [set(at(a, 0), 1), give(at(b, 0))]);
    expect(parametersMayAlias(programOf(reads), "reads", a, b)).toBe(false);
    expect(parametersMayAlias(programOf(writes), "writes", a, b)).toBe(true);
    expect(parametersMayAlias(programOf(writes), "writes", a, c)).toBe(false);
  });

  test("a row may be a parameter too, if rows are written", () => {
    const m = parameter("m", rows);
    const writes = fn("writes", [m, c], [set(at(at(m, 0), 0), 1), give(at(c, 0))]);
    const classes = classesOf(programOf(writes), ["writes"]);
    expect(classes.mayAlias(at(m, 0), c)).toBe(true);
    expect(classes.mayAlias(m, c)).toBe(false);
  });

  test("a copy is an object of its own, and so is each call's result", () => {
    const x = parameter("x", f64);
    const made = user("made", f64);
    const copyOf = fn("copyOf", [x], [declare(made, { kind: "copy", type: f64, source: value(x) }), give(made)]);
    const [p, q, r] = [user("p", f64), user("q", f64), user("r", f64)];
    const caller = fn(
      "caller",
      [a],
      [
        { kind: "call", results: [p], callee: "copyOf", arguments: [value(a)] },
        { kind: "call", results: [q], callee: "copyOf", arguments: [value(a)] },
        declare(r, p),
        set(at(q, 0), 1),
        give(at(r, 0)),
      ],
    );
    const program = programOf(copyOf, caller);
    const classes = classesIn(caller, effectsOf(program));
    expect(classes.mayAlias(p, q)).toBe(false);
    expect(classes.mayAlias(p, a)).toBe(false);
    expect(classes.mayAlias(p, r)).toBe(true);
    expect(classes.classOf(a).outside).toBe(true);
    expect(classes.classOf(p).outside).toBe(false);
  });

  test("a stored reference is reachable", () => {
    const m = parameter("m", rows);
    const row = user("row", plain);
    const stores = fn(
      "stores",
      [m],
      [declare(row, { kind: "newArray", type: plain, length: value(3) }), set(at(m, 0), row), give()],
    );
    const classes = classesIn(stores, effectsOf(programOf(stores)));
    expect(classes.mayAlias(row, at(m, 1))).toBe(true);
    expect(classes.classOf(row).outside).toBe(true);
  });
});

describe("activity", () => {
  const [x, k] = [parameter("x"), parameter("k")];

  test("varied and useful", () => {
    const [y, z, w, n] = [user("y"), user("z"), user("w"), user("n")];
    const f = fn(
      "f",
      [x, k],
      [
        declare(y, math("sin", value(x))),
        declare(z, math("sin", value(k))),
        declare(w, binary("*", y, 2)),
        declare(n, math("floor", value(x))),
        give(binary("+", binary("*", y, z), n)),
      ],
    );
    const { isActive } = activity(programOf(f), "f", [0]);
    expect([x, k, y, z, w, n].map(isActive)).toEqual([true, false, true, false, false, false]);
  });

  test("through memory, by class", () => {
    const [data, u, v] = [parameter("data", f64), user("u", f64), user("v", f64)];
    const i = counter("i");
    const s = user("s");
    const f = fn(
      "f",
      [x, data],
      [
        declare(u, { kind: "copy", type: f64, source: value(data) }),
        declare(v, { kind: "copy", type: f64, source: value(data) }),
        declare(s, 0),
        loop(i, 0, lengthOf(value(data)), [
          set(at(u, i), binary("*", at(u, i), x)),
          set(s, binary("+", s, binary("*", at(u, i), at(v, i)))),
        ]),
        give(s),
      ],
    );
    const { isActive } = activity(programOf(f), "f", [0]);
    expect([u, v, data, s].map(isActive)).toEqual([true, false, false, true]);
  });

  test("through calls", () => {
    const [p, q, r, t] = [parameter("p"), parameter("q"), temporary("r"), temporary("t")];
    const product = fn("product", [p, q], [give(binary("*", p, q))]);
    const f = fn(
      "f",
      [x, k],
      [
        { kind: "call", results: [r], callee: "product", arguments: [value(x), value(k)] },
        { kind: "call", results: [t], callee: "product", arguments: [value(x), value(x)] },
        give(r),
      ],
    );
    const { isActive } = activity(programOf(product, f), "f", [0]);
    expect([p, q, r, t].map(isActive)).toEqual([true, true, true, false]);
  });
});

import { describe, expect, test } from "vitest";
import { dead } from "../../transforms/5-simplify/dead.ts";
import { recompute } from "../../transforms/5-simplify/recompute.ts";
import { retest } from "../../transforms/5-simplify/retest.ts";
import { arrayOf, boolean, real } from "../../transforms/ir/build.ts";
import type { Block, Expression, Variable } from "../../transforms/ir/ir.ts";
import { after } from "./hand-built.ts";
import {
  at,
  binary,
  counter,
  declare,
  declareDerived,
  give,
  loop,
  loopDown,
  math,
  newTape,
  parameter,
  restore,
  save,
  set,
  setDerived,
  tape,
  temporary,
  user,
  value,
  when,
  type Value,
} from "./nodes.ts";

const rows = arrayOf(arrayOf(real));
const [m, n, x] = [parameter("m", rows), parameter("n", { kind: "index" }), parameter("x")];

/** `row` and `v` are locals of the loop body; the backward loop sums up `v`, and `row[0]`. */
function body(more: Block = [], descending = true): Block {
  const [i, j] = [counter("i"), counter("j")];
  const [row, row2] = [user("row", arrayOf(real)), user("row", arrayOf(real))];
  const [v, v2] = [user("v"), user("v")];
  const [rowTape, vTape] = [tape("rowTape", arrayOf(real)), tape("vTape")];
  const s = temporary("s");
  const direction = descending ? loopDown : loop;
  return [
    newTape(rowTape),
    newTape(vTape),
    loop(i, 0, n, [
      declare(row, at(m, i)),
      declare(v, binary("*", at(row, 1), x)),
      ...more,
      save(rowTape, row),
      save(vTape, v),
    ]),
    declareDerived(s, 0),
    direction(j, 0, n, [
      restore(rowTape, row2, true),
      restore(vTape, v2, true),
      setDerived(s, binary("+", s, binary("*", at(row2, 0), v2))),
    ]),
    give(s),
  ];
}

describe("recompute", () => {
  test("locals of a loop are defined again in the loop that undoes it", () => {
    expect(after([recompute, dead], body(), [m, n, x])).toBe(
      `let s = 0;
for (let j = n - 1; j >= 0; j--) {
  let row = m[j];
  let v = row[1] * x;
  s = s + row[0] * v;
}
return s;
`,
    );
  });

  test("not if the memory it reads is written", () => {
    const written = after([recompute, dead], body([set(at(at(m, 0), 1), 3)]), [m, n, x]);
    expect(written).toContain("let row2 = m[j];");
    expect(written).toContain("let v2 = pop(vTape);");
    const replaced = after([recompute, dead], body([set(at(m, 0), at(m, 1))]), [m, n, x]);
    expect(replaced).toContain("let row2 = pop(rowTape);");
  });

  test("not in a loop that runs the same way", () => {
    expect(after([recompute], body([], false), [m, n, x])).toBe(after([], body([], false), [m, n, x]));
  });

  test("not if a variable it reads is assigned, or the definition is dear", () => {
    const [a, b, c, aTape, t] = [user("a"), user("b"), user("c"), tape("aTape"), tape("t")];
    const [i, j] = [counter("i"), counter("j")];
    const [b2, c2] = [user("b"), user("c")];
    const s = temporary("s");
    const dear = [
      newTape(aTape),
      newTape(t),
      declare(a, 1),
      loop(i, 0, n, [
        declare(b, binary("+", a, 1)),
        declare(c, math("exp", value(x))),
        set(a, binary("*", a, x)),
        save(aTape, b),
        save(t, c),
      ]),
      declareDerived(s, 0),
      loopDown(j, 0, n, [
        restore(aTape, b2, true),
        restore(t, c2, true),
        setDerived(s, binary("+", s, binary("*", b2, c2))),
      ]),
      give(s),
    ];
    expect(after([recompute], dear, [n, x])).toBe(after([], dear, [n, x]));
  });

  test("a while loop is undone by a counted one", () => {
    const [trips, trip, v, v2, vTape, s] = [
      counter("trips"),
      counter("trip"),
      user("v"),
      user("v"),
      tape("vTape"),
      temporary("s"),
    ];
    const loops: Block = [
      newTape(vTape),
      declare(s, 0),
      { kind: "while", trips, test: binary("<", trips, x), body: [declare(v, binary("*", trips, 2)), save(vTape, v)] },
      loopDown(trip, 0, trips, [restore(vTape, v2, true), setDerived(s, binary("+", s, v2))]),
      give(s),
    ];
    expect(after([recompute], loops, [x])).toContain("let v2 = trip * 2;");
  });
});

describe("recompute: a literal that nobody can tell from another one", () => {
  const pair = arrayOf(real);
  /** `options` is `[1, 2]` in each iteration; `more` is done with it, and `last` is returned. */
  function withLiteral(more: (options: Variable, list: Variable) => Block, last?: (list: Variable) => Value): string {
    const [options, options2, optionsTape] = [user("options", pair), user("options", pair), tape("optionsTape", pair)];
    const [i, j, s, list] = [counter("i"), counter("j"), temporary("s"), user("list", arrayOf(pair))];
    const literal: Expression = { kind: "arrayLiteral", type: pair, elements: [value(1), value(2)] };
    const empty: Expression = { kind: "arrayLiteral", type: arrayOf(pair), elements: [] };
    const body: Block = [
      newTape(optionsTape),
      declare(list, empty),
      loop(i, 0, n, [declare(options, literal), ...more(options, list), save(optionsTape, options)]),
      declareDerived(s, 0),
      loopDown(j, 0, n, [restore(optionsTape, options2, true), setDerived(s, binary("+", s, at(options2, 0)))]),
      give(s, ...(last ? [last(list)] : [])),
    ];
    return after([recompute], body, [m, n, x]);
  }
  const keep = (options: Variable, list: Variable): Block => [
    { kind: "append", array: value(list), value: value(options) },
  ];

  test("is written again", () => {
    expect(withLiteral(() => [])).toContain("let options2 = [1, 2];");
    expect(withLiteral(keep)).toContain("let options2 = [1, 2];");
  });

  test("not if it is written, compared, or leaves the function", () => {
    const restored = "let options2 = pop(optionsTape);";
    expect(withLiteral((options) => [set(at(options, 0), 3)])).toContain(restored);
    expect(withLiteral((options, list) => [...keep(options, list), set(at(at(list, 0), 0), 3)])).toContain(restored);
    const same = (options: Variable, list: Variable): Block => [
      ...keep(options, list),
      when(binary("===", options, at(list, 0)), [set(x, 3)]),
    ];
    expect(withLiteral(same)).toContain(restored);
    expect(withLiteral(keep, value)).toContain(restored);
    expect(withLiteral((options) => [set(at(m, 0), options)])).toContain(restored);
  });
});

test("retest: a branch is tested again", () => {
  const [cond, cond2, condTape] = [temporary("cond", boolean), temporary("cond", boolean), tape("condTape", boolean)];
  const [i, j, s] = [counter("i"), counter("j"), temporary("s")];
  const branches = [
    newTape(condTape),
    loop(i, 0, n, [declare(cond, binary(">", at(at(m, 0), i), x)), save(condTape, cond)]),
    declareDerived(s, 0),
    loopDown(j, 0, n, [restore(condTape, cond2, true), when(cond2, [setDerived(s, binary("+", s, 1))])]),
    give(s),
  ];
  expect(after([retest, dead], branches, [m, n, x])).toBe(
    `let s = 0;
for (let j = n - 1; j >= 0; j--) {
  let cond = m[0][j] > x;
  if (cond) {
    s = s + 1;
  }
}
return s;
`,
  );
});

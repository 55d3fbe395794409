import { describe, expect, it } from "vitest";
import { adopt } from "../../transforms/5-simplify/adopt.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { after } from "./hand-built.ts";
import {
  at,
  declare,
  declareDerived,
  f64,
  give,
  parameter,
  setDerived,
  shadow,
  user,
  value,
  zerosLike,
} from "./nodes.ts";

const u0 = parameter("u0", f64);
const u = user("u", f64);
const [du0, du] = [shadow(u0, "du0"), shadow(u, "du")];
const copied = declare(u, { kind: "copy", type: f64, source: value(u0) });
const work = setDerived(at(du, 0), 1);
const take: ir.AddInto = { kind: "addInto", target: value(du0), source: value(du), derived: true };
const made = [declareDerived(du0, zerosLike(u0)), copied, declareDerived(du, zerosLike(u))];

describe("adopt", () => {
  it("lets the working shadow be the result", () => {
    expect(after([adopt], [...made, work, take, give(du0)], [u0])).toBe(
      "let u = copy<f64>(u0);\nlet du = zeros<f64>(u);\ndu[0] = 1;\nreturn du;\n",
    );
  });
  it("keeps both where the one is used before or the other after", () => {
    expect(after([adopt], [...made, setDerived(at(du0, 1), 1), work, take, give(du0)], [u0])).toContain("addInto");
    expect(after([adopt], [...made, take, work, give(du0)], [u0])).toContain("addInto");
  });
  it("keeps both where the lengths may differ", () => {
    const part = declare(u, { kind: "copy", type: f64, source: value(u0), from: value(1) });
    expect(after([adopt], [made[0], part, made[2], work, take, give(du0)], [u0])).toContain("addInto");
  });
  it("keeps both where another name may mean the working shadow", () => {
    const other = shadow(u, "other");
    expect(
      after([adopt], [...made, declareDerived(other, du), work, take, setDerived(at(other, 0), 2), give(du0)], [u0]),
    ).toContain("addInto");
  });
});

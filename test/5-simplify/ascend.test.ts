import { describe, expect, it } from "vitest";
import { ascend } from "../../transforms/5-simplify/ascend.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { after } from "./hand-built.ts";
import {
  add,
  at,
  binary,
  counter,
  declareDerived,
  f64,
  loopDown,
  multiply,
  parameter,
  restore,
  setDerived,
  shadow,
  tape,
  temporary,
  value,
} from "./nodes.ts";

const [u, v] = [parameter("u", f64), parameter("v", f64)];
const [du, dv] = [shadow(u, "du"), shadow(v, "dv")];
const dk = shadow(parameter("k"), "dk");
const i = counter("i");
const t = temporary("t");
const plus = (place: ir.Element | ir.Read, e: ir.Expression): ir.SetPlace => setDerived(place, add(place, e));
const upwards = (...body: ir.Statement[]): boolean =>
  after([ascend], [{ ...loopDown(i, 0, 9, body), derived: true }]).includes("i++");

describe("ascend", () => {
  it("turns loops whose iterations touch their own elements", () => {
    expect(upwards(plus(at(du, i), multiply(value(2), at(u, i))))).toBe(true);
    expect(upwards(plus(at(du, i), at(u, binary("+", i, 1))))).toBe(true);
    expect(upwards(declareDerived(t, at(du, i)), setDerived(at(du, i), multiply(value(t), value(t))))).toBe(true);
  });
  it("turns a sum of adjoints", () => {
    expect(upwards(setDerived(dk, add(value(dk), at(u, i))))).toBe(true);
  });
  it("leaves loops whose iterations meet", () => {
    expect(upwards(plus(at(du, i), at(du, binary("+", i, 1))))).toBe(false);
    expect(upwards(plus(at(du, 0), at(u, i)), plus(at(du, i), at(u, i)))).toBe(false);
    expect(upwards(plus(at(du, i), at(dv, i)))).toBe(false);
    expect(upwards(setDerived(dk, multiply(value(dk), at(u, i))))).toBe(false);
    expect(upwards(setDerived(dk, at(u, i)))).toBe(false);
    expect(upwards(setDerived(dk, add(value(dk), at(u, i))), setDerived(at(du, i), dk))).toBe(false);
  });
  it("leaves tapes in order", () => {
    expect(upwards(restore(tape("uTape"), at(u, i)))).toBe(false);
  });
  it("leaves the user's loops", () => {
    expect(after([ascend], [loopDown(i, 0, 9, [plus(at(du, i), at(u, i))])])).toContain("i--");
  });
});

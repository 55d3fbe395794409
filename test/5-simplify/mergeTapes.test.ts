import { describe, expect, it } from "vitest";
import { mergeTapes } from "../../transforms/5-simplify/mergeTapes.ts";
import { after } from "./hand-built.ts";
import { counter, give, loop, loopDown, newTape, restore, save, section, set, tape, user } from "./nodes.ts";
import type * as ir from "../../transforms/ir/ir.ts";

const [a, b, c] = [user("a"), user("b"), user("c")];
const [aTape, bTape] = [tape("aTape"), tape("bTape")];
const made = [newTape(aTape), newTape(bTape)];
const back = loopDown(counter("i"), 0, 3, [restore(bTape, b), restore(aTape, c)]);
const merged = (...body: ir.Statement[]): string =>
  after([mergeTapes], [...made, loop(counter("i"), 0, 3, body), section("Backward pass"), back, give(a)]);

describe("mergeTapes", () => {
  it("keeps one tape of two that hold the same", () => {
    const text = merged(save(aTape, a), set(b, 1), save(bTape, a));
    expect(text.match(/newTape|push\(/g)?.length).toBeLessThanOrEqual(2);
    expect(text).not.toContain("bTape");
    expect(text).toContain("let aBefore = pop(aTape);\n  b = aBefore;\n  c = aBefore;");
  });
  it("keeps both where the value changes in between", () => {
    expect(merged(save(aTape, a), set(a, 1), save(bTape, a))).toContain("bTape");
    expect(merged(save(aTape, a), save(bTape, b))).toContain("bTape");
  });
});

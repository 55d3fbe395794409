import { describe, expect, it } from "vitest";
import { counters } from "../../transforms/5-simplify/counters.ts";
import { place } from "../../transforms/5-simplify/place.ts";
import { after } from "./hand-built.ts";
import { counter, give, loop, loopDown, newTape, restore, save, section, set, tape, user, when } from "./nodes.ts";

const [a, b] = [user("a"), user("b")];
const [aTape, bTape] = [tape("aTape"), tape("bTape")];
const [i, j, k, l] = ["i", "j", "i", "j"].map(counter);
const note = section("Backward pass");
const made = [newTape(aTape), newTape(bTape)];

describe("counters", () => {
  it("lets one top serve two tapes that grow side by side", () => {
    const forward = loop(i, 0, 9, [loop(j, 0, i, [save(aTape, a), set(a, 1), save(bTape, b), set(b, 2)])]);
    const backward = loopDown(k, 0, 9, [loopDown(l, 0, k, [restore(bTape, b), restore(aTape, a)])]);
    const text = after([place, counters], [...made, forward, note, backward, give(a)]);
    expect(text.match(/let \w+Top/g)).toHaveLength(1);
    expect(text).toContain("bTape[aTop] = b;\n    aTop = aTop + 1;");
    expect(text).toContain("aTop = aTop - 1;\n    b = bTape[aTop];\n    a = aTape[aTop];");
  });
  it("keeps tops that step in different blocks", () => {
    const forward = loop(i, 0, 9, [save(bTape, b), loop(j, 0, i, [save(aTape, a), set(a, 1)])]);
    const backward = loopDown(k, 0, 9, [loopDown(l, 0, k, [restore(aTape, a)]), restore(bTape, b)]);
    expect(after([place, counters], [...made, forward, note, backward, give(a)]).match(/let \w+Top/g)).toHaveLength(1);
    const apart = loop(i, 0, a, [when(true, [save(bTape, b)]), set(a, 1), loop(j, 0, i, [save(aTape, a)])]);
    const back = loopDown(k, 0, a, [loopDown(l, 0, k, [restore(aTape, a)]), when(true, [restore(bTape, b)])]);
    expect(after([place, counters], [...made, apart, note, back, give(a)]).match(/let \w+Top/g)).toHaveLength(2);
  });
});

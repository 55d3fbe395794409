import { test } from "vitest";
import { last, rounds } from "../../transforms/pipeline.ts";
import * as check from "../helpers/check-case.ts";
import { fixtureFile, programOf, sourceOf } from "../helpers/fixtures.ts";
import { generate } from "../helpers/generated.ts";
import { difference } from "../helpers/values.ts";
test("bisect", async () => {
  const file = fixtureFile(process.env.FIXTURE ?? "");
  const source = sourceOf(programOf([file]), file);
  for (const c of source.exports.cases as []) {
    const subject = check.subjectOf(source, c);
    const base = await generate(source, [check.wantedGradient(subject)], { passes: "none" });
    const want = check.callGradient(subject, base, base.names[0]);
    const all = [...rounds, ...rounds, ...last].map((p) => p.name);
    for (let n = 0; n <= all.length; n++) {
      const passes = all.slice(0, n);
      let d: string | undefined;
      try { const g = await generate(source, [check.wantedGradient(subject)], { passes }); d = difference(check.callGradient(subject, g, g.names[0]), want, 1e-8); } catch (e) { d = String(e).slice(0, 200); }
      if (d) { console.log("first bad", passes.join(","), d); break; }
    }
  }
});

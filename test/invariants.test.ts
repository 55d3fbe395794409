/** That each invariant of the reversal is checked: baselines are spoiled, and the interpreter's observer must say so. */
import { expect, test } from "vitest";
import type * as ir from "../transforms/ir/ir.ts";
import { rewrite } from "../transforms/ir/visit.ts";
import type { Case } from "./helpers/case.ts";
import * as check from "./helpers/check-case.ts";
import { fixtureFile, programOf, sourceOf } from "./helpers/fixtures.ts";
import { generate } from "./helpers/generated.ts";

const text = `
function scale(row: number[], k: number): number {
  row[0] = row[0] * k;
  return row[0] * k;
}

export function f(x: number[], k: number): number {
  const rows = [x];
  let row = x;
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    const fresh = [k, k * i];
    rows.push(fresh);
    if (i > 0) row = fresh;
    sum += scale(row, k);
    row.push(sum);
    console.assert(sum > 0);
  }
  return sum * rows[1][0] * x.length;
}
`;

const file = fixtureFile("generated/invariants");
const source = sourceOf(programOf([file], new Map([[file, text]])), file);
const example: Case = { of: "f", wrt: [0, 1], arguments: () => [[0.7], 0.6] };
const subject = check.subjectOf(source, example);
const generated = await generate(source, [check.wantedGradient(subject)], { passes: "none" });
const gradients = check.callGradient(subject, generated, generated.names[0]);

type Change = (statement: ir.Statement) => readonly ir.Statement[] | undefined;

/** What is found when the statements for which `change` has an answer are replaced. */
function violations(change: Change): string {
  const mutate = (fn: ir.FunctionIR): ir.FunctionIR => ({
    ...fn,
    body: rewrite(fn.body, (statement) => change(statement) ?? [statement]),
  });
  return check.checkInterpreted(subject, gradients, mutate).join("\n");
}

const isShadow = (place: ir.Expression): boolean => place.kind === "read" && place.variable.role === "shadow";

test("the unspoiled baseline keeps every invariant", () => {
  expect(violations(() => undefined)).toBe("");
});

test.each<[string, string, Change]>([
  [
    "2: a restore of a number in an array is lost",
    "undone: an object holds",
    (s) => (s.kind === "restore" && s.target.kind === "element" ? [] : undefined),
  ],
  [
    "2: a restore of a variable is lost",
    "undone: sum is",
    (s) => {
      const isSum = s.kind === "restore" && s.target.kind === "read" && s.target.variable.name === "sum";
      return isSum && !s.declares ? [] : undefined;
    },
  ],
  [
    "2: a push is not taken back",
    "undone: an object holds",
    (s) => (s.kind === "remove" && s.array.kind === "read" && !isShadow(s.array) ? [] : undefined),
  ],
  [
    "2: the branches of a conditional change places",
    "is to be undone",
    (s) => (s.kind === "if" && s.derived ? [{ ...s, then: s.else, else: s.then }] : undefined),
  ],
  [
    "3: a shadow does not follow its reference",
    "shadow",
    (s) => (s.kind === "set" && s.derived && isShadow(s.target) && s.value.kind === "read" ? [] : undefined),
  ],
  [
    "3: a shadow does not grow along",
    "have different lengths",
    (s) => (s.kind === "append" && s.derived && isShadow(s.array) ? [] : undefined),
  ],
  [
    "4: a shadow begins with something else than zero",
    "is not zero",
    (s) =>
      s.kind === "let" && s.variable.role === "shadow" && s.value?.kind === "arrayLiteral"
        ? [{ ...s, value: { ...s.value, elements: s.value.elements.map(one) } }]
        : undefined,
  ],
  ["5: a value is saved twice", "a tape is not empty at the end", (s) => (s.kind === "save" ? [s, s] : undefined)],
  ["6: an effect happens twice", "effects: ", (s) => (s.kind === "effect" ? [s, s] : undefined)],
])("%s", (_, message, change) => {
  expect(violations(change)).toContain(message);
});

function one(expression: ir.Expression): ir.Expression {
  return expression.kind === "constant" ? { ...expression, value: 1 } : expression;
}

/** The baseline reversal of `heat` (see docs/architecture.md), written by hand: what the passes are tried on. */
import * as b from "../../transforms/ir/build.ts";
import type { Block, Expression, FunctionIR, Statement, Variable } from "../../transforms/ir/ir.ts";

export const origin = { file: "heat.ts", start: 0, end: 0, line: 1, column: 1, text: "" };
export const f64 = b.arrayOf(b.real, "f64");
export const c = b.constant;
export const r = b.read;

export function fn(
  name: string,
  parameters: readonly Variable[],
  body: Block,
  more: Partial<FunctionIR> = {},
): FunctionIR {
  const last = body.at(-1);
  const results = last?.kind === "return" ? last.values.map(b.typeOf) : [];
  return { key: `heat.ts#${name}`, name, file: "heat.ts", parameters, results, body, origin, ...more };
}
export const let_ = (variable: Variable, value?: Expression): Statement => ({
  kind: "let",
  variable,
  ...(value && { value }),
});
export const set = (target: Expression, value: Expression): Statement => {
  if (target.kind !== "read" && target.kind !== "element" && target.kind !== "field") throw new Error("not a place");
  return { kind: "set", target, value };
};
export const loop = (
  counter: Variable,
  lo: Expression,
  hi: Expression,
  body: Block,
  descending = false,
): Statement => ({
  kind: "for",
  counter,
  lo,
  hi,
  descending,
  body,
});
export const save = (tape: Variable, value: Expression): Statement => ({ kind: "save", tape, value, derived: true });
export const restore = (tape: Variable, target: Expression, declares = false): Statement => {
  if (target.kind !== "read" && target.kind !== "element" && target.kind !== "field") throw new Error("not a place");
  return { kind: "restore", tape, target, declares, derived: true };
};
export const derived = (...statements: readonly Statement[]): Block =>
  statements.map((statement) => ({ ...statement, derived: true }));
export const return_ = (...values: readonly Expression[]): Statement => ({ kind: "return", values });
export const tapeOf = (variable: Variable, name = `${variable.name}Tape`): Variable =>
  b.variable(name, { kind: "tape", element: b.isReference(variable.type) ? variable.type : b.real }, "tape");
export const newTape = (tape: Variable): Statement => {
  if (tape.type.kind !== "tape") throw new Error("not a tape");
  return { kind: "let", variable: tape, value: { kind: "newTape", type: tape.type }, derived: true };
};
export const shadow = (
  variable: Variable,
  name = `d${variable.name[0].toUpperCase()}${variable.name.slice(1)}`,
): Variable => b.variable(name, b.shadowType(variable.type) ?? b.nothing, "shadow", { shadowOf: variable });
export const user = (name: string, type = b.real as Variable["type"]): Variable => b.variable(name, type, "user");
export const parameter = (name: string, type = b.real as Variable["type"]): Variable =>
  b.variable(name, type, "parameter");
export const temporary = (name: string, type = b.real as Variable["type"]): Variable => b.variable(name, type);
export const counter = (name: string): Variable => b.variable(name, b.index, "counter");

export function heatBaseline(): FunctionIR {
  const [u0, k, steps] = [parameter("u0", f64), parameter("k"), parameter("steps")];
  const [u, last, trips, energy] = [user("u", f64), user("last", b.index), temporary("trips", b.index), user("energy")];
  const [uTape, energyTape] = [b.variable("uTape", { kind: "tape", element: b.real }, "tape"), tapeOf(energy)];
  const [du0, dk, dSteps, du, dEnergy] = [
    shadow(u0, "du0"),
    shadow(k, "dk"),
    shadow(steps),
    shadow(u, "du"),
    shadow(energy),
  ];
  const [t, i, i2, i3, t4, i4] = [counter("t"), counter("i"), counter("i"), counter("i"), counter("t"), counter("i")];
  const at = (array: Variable, i: Variable, plus = 0) =>
    b.element(r(array), plus === 0 ? r(i) : plus > 0 ? b.add(r(i), c(plus)) : b.subtract(r(i), c(-plus)));
  const stencil = (i: Variable) => b.add(b.subtract(at(u, i, -1), b.multiply(c(2), at(u, i))), at(u, i, 1));
  const [dNew, dLeft, dRight, dNew2] = ["dNew", "dLeft", "dRight", "dNew"].map((name) => temporary(name));
  const [dNew3, dLeft3, dSum, dRight3, dRight4] = ["dNew", "dLeft", "dSum", "dRight", "dRight"].map((name) =>
    temporary(name),
  );
  const plus = (place: Expression, value: Variable) => set(place, b.add(place, r(value)));
  return fn(
    "heat_grad",
    [u0, k, steps],
    [
      newTape(uTape),
      newTape(energyTape),
      ...derived(let_(du0, b.zeros(r(u0), f64)), let_(dk, c(0)), let_(dSteps, c(0))),
      let_(u, { kind: "copy", type: f64, source: r(u0) }),
      ...derived(let_(du, b.zeros(r(u), f64))),
      let_(last, b.subtract(b.lengthOf(r(u)), c(1))),
      let_(trips, b.math("max", c(0), b.math("ceil", r(steps)))),
      loop(t, c(0), r(trips), [
        loop(i, c(1), r(last), [save(uTape, at(u, i)), set(at(u, i), b.add(at(u, i), b.multiply(r(k), stencil(i))))]),
      ]),
      let_(energy, c(0)),
      loop(i2, c(0), b.add(r(last), c(1)), [
        save(energyTape, r(energy)),
        set(r(energy), b.add(r(energy), b.multiply(at(u, i2), at(u, i2)))),
      ]),
      ...derived(
        let_(dEnergy, c(0)),
        set(r(dEnergy), b.add(r(dEnergy), c(1))),
        loop(
          i3,
          c(0),
          b.add(r(last), c(1)),
          [
            restore(energyTape, r(energy)),
            ...derived(
              let_(dNew, r(dEnergy)),
              set(r(dEnergy), c(0)),
              plus(r(dEnergy), dNew),
              let_(dLeft, b.multiply(r(dNew), at(u, i3))),
              plus(at(du, i3), dLeft),
              let_(dRight, b.multiply(r(dNew), at(u, i3))),
              plus(at(du, i3), dRight),
            ),
          ],
          true,
        ),
        let_(dNew2, r(dEnergy)),
        set(r(dEnergy), c(0)),
        loop(
          t4,
          c(0),
          r(trips),
          [
            loop(
              i4,
              c(1),
              r(last),
              [
                restore(uTape, at(u, i4)),
                ...derived(
                  let_(dNew3, at(du, i4)),
                  set(at(du, i4), c(0)),
                  plus(at(du, i4), dNew3),
                  let_(dLeft3, b.multiply(r(dNew3), stencil(i4))),
                  plus(r(dk), dLeft3),
                  let_(dSum, b.multiply(r(dNew3), r(k))),
                  plus(at(du, i4, -1), dSum),
                  let_(dRight3, b.negate(r(dSum))),
                  let_(dRight4, b.multiply(r(dRight3), c(2))),
                  plus(at(du, i4), dRight4),
                  plus(at(du, i4, 1), dSum),
                ),
              ],
              true,
            ),
          ],
          true,
        ),
        { kind: "addInto", target: r(du0), source: r(du) },
      ),
      return_(r(du0), r(dk)),
    ],
  );
}

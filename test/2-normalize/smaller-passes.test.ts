import { describe, expect, it } from "vitest";
import { effectsOf } from "../../transforms/3-analyze/effects.ts";
import { copyWrittenParameters } from "../../transforms/2-normalize/copyWrittenParameters.ts";
import { expandSums } from "../../transforms/2-normalize/expandSums.ts";
import { initialise } from "../../transforms/2-normalize/initialise.ts";
import { nameArguments } from "../../transforms/2-normalize/nameArguments.ts";
import { arrayOf, constant, element, field, lengthOf, read, real, variable } from "../../transforms/ir/build.ts";
import type * as ir from "../../transforms/ir/ir.ts";
import { printBlock, printFunction } from "../../transforms/ir/print.ts";

const numbers = arrayOf(real);
const origin: ir.Origin = { file: "f.ts", start: 0, end: 0, line: 1, column: 1, text: "" };
const body: ir.RecordType = {
  kind: "record",
  fields: [
    { name: "mass", type: real },
    { name: "position", type: numbers },
  ],
};

function fn(block: ir.Block, parameters: readonly ir.Variable[] = []): ir.FunctionIR {
  return { key: "f.ts#f", name: "f", file: "f.ts", parameters, results: [real], body: block, origin };
}

describe("initialise", () => {
  const firstOf = (type: ir.Type): string =>
    printBlock(initialise(fn([{ kind: "let", variable: variable("v", type) }])).body);

  it("gives every kind of variable a first value", () => {
    expect(firstOf(real)).toBe("let v = 0;\n");
    expect(firstOf({ kind: "boolean" })).toBe("let v = false;\n");
    expect(firstOf({ kind: "string" })).toBe('let v = "";\n');
    expect(firstOf({ kind: "maybe", of: real })).toBe("let v = undefined;\n");
    expect(firstOf(arrayOf(real, "f64"))).toBe("let v = newArray<f64>(0);\n");
    expect(firstOf(body)).toBe("let empty = [];\nlet v = { mass: 0, position: empty };\n");
  });

  it("leaves a tape, and what has a value", () => {
    expect(firstOf({ kind: "tape", element: real })).toBe("let v: tape<number>;\n");
    const known = fn([{ kind: "let", variable: variable("v", real), value: constant(2) }]);
    expect(printBlock(initialise(known).body)).toBe("let v = 2;\n");
  });
});

describe("expandSums", () => {
  it("adds number by number, all through arrays and records", () => {
    const [a, b] = [variable("a", arrayOf(body)), variable("b", arrayOf(body))];
    const sum: ir.Statement = { kind: "addInto", target: read(a), source: read(b), derived: true };
    expect(printBlock(expandSums(fn([sum])).body)).toMatchInlineSnapshot(`
      "for (let i = 0; i < b.length; i++) {
        a[i].mass = a[i].mass + b[i].mass;
        for (let i2 = 0; i2 < b[i].position.length; i2++) {
          a[i].position[i2] = a[i].position[i2] + b[i].position[i2];
        }
      }
      "
    `);
  });

  it("begins where it is told to", () => {
    const [a, b] = [variable("a", numbers), variable("b", numbers)];
    const sum: ir.Statement = {
      kind: "addInto",
      target: read(a),
      source: read(b),
      from: lengthOf(read(b)),
      derived: true,
    };
    expect(printBlock(expandSums(fn([sum])).body)).toContain("a[b.length + i] = a[b.length + i] + b[i];");
  });
});

describe("nameArguments", () => {
  const row = variable("row", numbers, "parameter");
  const callee: ir.FunctionIR = { ...fn([], [row]), key: "f.ts#g", name: "g" };
  const call = (argument: ir.Expression, key: string): string => {
    const statement: ir.Statement = { kind: "call", callee: key, arguments: [argument], results: [] };
    return printBlock(nameArguments(fn([statement]), new Map([[callee.key, callee]])).body);
  };
  const rows = variable("rows", arrayOf(numbers));

  it("names what reads memory after the parameter", () => {
    expect(call(element(read(rows), constant(0)), "f.ts#g")).toBe("let row = rows[0];\ng(row);\n");
    expect(call(field(read(variable("p", body)), "mass"), "f.ts#elsewhere")).toBe(
      "let argument = p.mass;\nelsewhere(argument);\n",
    );
  });

  it("leaves a variable as it is", () => {
    expect(call(read(rows), "f.ts#g")).toBe("g(rows);\n");
  });
});

describe("copyWrittenParameters", () => {
  const [a, b] = [variable("a", numbers, "parameter"), variable("b", numbers, "parameter")];
  const store: ir.Statement = { kind: "set", target: element(read(a), constant(0)), value: constant(1) };
  const copied = (block: ir.Block, parameters: readonly ir.Variable[]): string => {
    const written = fn([...block, { kind: "return", values: [constant(0)] }], parameters);
    const program = { functions: new Map([[written.key, written]]) };
    return printFunction(copyWrittenParameters(written, effectsOf(program)(written.key), program));
  };

  it("copies a parameter that is written, and leaves one that is only read", () => {
    const text = copied([store], [a, variable("n", real, "parameter")]);
    expect(text).toContain("f(a: number[], n: number)");
    expect(text).toContain("let a2 = copy<number[]>(a);\n  a2[0] = 1;");
    expect(copied([], [a])).not.toContain("copy");
  });

  it("makes one copy of an array that is passed twice", () => {
    const text = copied([store], [a, b]);
    expect(text).toContain(
      "let a2 = copy<number[]>(a);\n  let b2 = copy<number[]>(b);\n  if (b === a) {\n    b2 = a2;\n  }",
    );
  });

  it("copies nested memory with what is shared in it", () => {
    const rows = variable("rows", arrayOf(numbers), "parameter");
    const inner: ir.Statement = {
      kind: "set",
      target: element(element(read(rows), constant(0)), constant(0)),
      value: constant(1),
    };
    expect(copied([inner], [rows])).toContain("cloneAliased(rows)");
  });
});

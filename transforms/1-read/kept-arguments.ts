/** Arguments that a pullback needs as they were: copied where something may write them. */
import { classesIn } from "../3-analyze/classes.ts";
import { effectsOf, reachableFunctions } from "../3-analyze/effects.ts";
import { constant, element, field, index, isFlat, isReference, lengthOf, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { rewrite, statementsIn } from "../ir/visit.ts";

/**
 * Replaces the declarations of `kept` variables, which are names of objects, by copies of them, unless nothing in the
 * function writes such an object.
 */
export function copyKeptArguments(
  fn: ir.FunctionIR,
  kept: ReadonlySet<ir.Variable>,
  program: ReadonlyMap<string, ir.FunctionIR>,
): ir.FunctionIR {
  if (kept.size === 0) return fn;
  const isWritten = writtenIn(fn, new Map([...program, [fn.key, fn]]));
  const body = rewrite(fn.body, (s) => {
    if (s.kind !== "let" || !s.value || !kept.has(s.variable) || !isWritten(s.variable)) return [s];
    const statements: ir.Statement[] = [];
    const { origin } = s;
    const value = copied(s.value, (made) => statements.push(origin ? { ...made, origin } : made));
    return [...statements, { ...s, value }];
  });
  return { ...fn, body };
}

function writtenIn(fn: ir.FunctionIR, functions: ReadonlyMap<string, ir.FunctionIR>): (v: ir.Variable) => boolean {
  const callees = [...statementsIn(fn.body)].flatMap((s) => (s.kind === "call" ? [s.callee] : []));
  // Of a function that is still being read (it calls this one) nothing is known.
  const isOpen = [...reachableFunctions({ functions }, callees)].some((key) => functions.get(key)?.body.length === 0);
  if (isOpen) return () => true;
  const classes = classesIn(fn, effectsOf({ functions }));
  return (v) => [...classes.reachable(classes.classOf(v))].some((memory) => memory.written.size > 0);
}

/** A copy of a value, all through nested objects; `emit` gets what must run before it. */
export function copied(source: ir.Expression, emit: (statement: ir.Statement) => void): ir.Expression {
  const type = typeOf(source);
  const part = (value: ir.Expression): ir.Expression => {
    if (!isReference(typeOf(value))) return value;
    const named = variable("copy", typeOf(value));
    emit({ kind: "let", variable: named, value: copied(value, emit) });
    return read(named);
  };
  switch (type.kind) {
    case "array":
      return isFlat(type) ? { kind: "copy", type: writable(type), source } : read(copiedRows(source, type, emit));
    case "tuple":
      return { kind: "arrayLiteral", type, elements: type.elements.map((_, i) => part(element(source, constant(i)))) };
    case "record": {
      const fields = type.fields.map(({ name }) => ({ name, value: part(field(source, name)) }));
      return { kind: "recordLiteral", type, fields };
    }
    default:
      return source;
  }
}

function copiedRows(source: ir.Expression, type: ir.ArrayType, emit: (statement: ir.Statement) => void): ir.Variable {
  const rows = variable("copies", writable(type));
  const counter = variable("i", index, "counter");
  const body: ir.Statement[] = [];
  const row = variable("copy", type.element);
  const value = copied(element(source, read(counter)), (s) => body.push(s));
  body.push({ kind: "let", variable: row, value }, { kind: "append", array: read(rows), value: read(row) });
  emit({ kind: "let", variable: rows, value: { kind: "arrayLiteral", type: writable(type), elements: [] } });
  emit({ kind: "for", counter, lo: constant(0), hi: lengthOf(source), descending: false, body });
  return rows;
}

function writable({ kind, storage, element: of }: ir.ArrayType): ir.ArrayType {
  return { kind, storage, element: of };
}

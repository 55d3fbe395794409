/** Which memory a statement reads and writes, as cells of points-to classes: `12[]`, `12.length`, `7.mass`. */
import { isReference, typeOf } from "../ir/build.ts";
import type { Block, Call, Expression, Place, Statement, Variable } from "../ir/ir.ts";
import { declaredBy, expressionsOf, statementsIn, subexpressions } from "../ir/visit.ts";
import type { Classes, MemoryClass } from "./classes.ts";
import type { Effects } from "./effects.ts";
import { elements, find, length } from "./memory.ts";
import type { MemoryNode } from "./memory.ts";

/** A cell of all objects of a class; compared as text. */
export type Cell = string;

export interface Cells {
  /** What is read to evaluate an expression. */
  readBy(expression: Expression): ReadonlySet<Cell>;
  /** What a statement reads itself, those nested in it not included; the memory a call reads included. */
  read(statement: Statement): ReadonlySet<Cell>;
  /** What a statement writes itself, those nested in it not included. */
  written(statement: Statement): ReadonlySet<Cell>;
  /** Everything at a reference, as deep as it goes. */
  all(reference: Expression | Variable): ReadonlySet<Cell>;
}

/** The cells of one function. */
export function cellsOf(classes: Classes, effects: Effects): Cells {
  const cell = (memory: MemoryClass, name: string): Cell =>
    name === elements ? `${memory.id}[]` : `${memory.id}.${name}`;
  const at = (reference: Expression | Variable, ...names: readonly string[]) => {
    const memory = classes.classOf(reference);
    return names.map((name) => cell(memory, name));
  };
  const deep = (reference: Expression | Variable, which: (memory: MemoryClass, name: string) => boolean = () => true) =>
    [...classes.reachable(classes.classOf(reference))].flatMap((memory) =>
      [...memory.cells].filter((name) => which(memory, name)).map((name) => cell(memory, name)),
    );
  const references = (operands: readonly Expression[]) => operands.filter((operand) => isReference(typeOf(operand)));

  const readDirectly = (expression: Expression): readonly Cell[] => {
    switch (expression.kind) {
      case "element":
        return at(expression.array, elements);
      case "field":
        return at(expression.record, expression.name);
      case "length":
        return at(expression.array, length);
      case "copy":
        return at(expression.source, elements, length);
      case "zeros":
        return references([expression.like]).flatMap((like) =>
          deep(like, (memory, name) => name === length || memory.children.has(name)),
        );
      case "extern":
        return references(expression.operands).flatMap((reference) => deep(reference));
      default:
        return [];
    }
  };
  const readBy = (expression: Expression) => new Set([...subexpressions(expression)].flatMap(readDirectly));

  const argumentCells = (statement: Call, which: "read" | "written") => {
    const found = new Set<Cell>();
    const { shape } = effects(statement.callee);
    if (shape.readsAll && which === "read")
      for (const argument of references(statement.arguments)) for (const read of deep(argument)) found.add(read);
    shape.parameters.forEach((node, i) => {
      if (node) addTouched(found, node, classes.classOf(statement.arguments[i]), which);
    });
    return [...found];
  };
  const addTouched = (
    found: Set<Cell>,
    node: MemoryNode,
    memory: MemoryClass,
    which: "read" | "written",
    seen = new Set<MemoryNode>(),
  ) => {
    const inCallee = find(node);
    if (seen.has(inCallee)) return;
    seen.add(inCallee);
    for (const name of inCallee[which]) found.add(cell(memory, name));
    for (const [name, next] of inCallee.children) {
      const here = classes.childOf(memory, name);
      if (here) addTouched(found, next, here, which, seen);
    }
  };
  const readBesides = (statement: Statement): readonly Cell[] => {
    switch (statement.kind) {
      case "call":
        return argumentCells(statement, "read");
      case "remove":
        return at(statement.array, elements, length);
      case "addInto":
        return [...deep(statement.source), ...deep(statement.target)];
      case "restore":
        return at(statement.tape, elements);
      case "effect":
        return references(statement.operands).flatMap((reference) => deep(reference));
      default:
        return [];
    }
  };
  const placeCell = (place: Place): readonly Cell[] => {
    if (place.kind === "element") return at(place.array, elements);
    return place.kind === "field" ? at(place.record, place.name) : [];
  };
  const written = (statement: Statement): readonly Cell[] => {
    switch (statement.kind) {
      case "set":
        return placeCell(statement.target);
      case "append":
      case "remove":
        return at(statement.array, elements, length);
      case "addInto":
        return deep(statement.target, (memory, name) => memory.scalars.has(name));
      case "save":
        return at(statement.tape, elements);
      case "restore":
        return [...at(statement.tape, elements), ...placeCell(statement.target)];
      case "call":
        return argumentCells(statement, "written");
      default:
        return [];
    }
  };
  return {
    readBy,
    read: (statement) =>
      new Set([...expressionsOf(statement).flatMap((each) => [...readBy(each)]), ...readBesides(statement)]),
    written: (statement) => new Set(written(statement)),
    all: (reference) => new Set(deep(reference)),
  };
}

/** The variables that a statement gives a value itself: declared or assigned. */
export function variablesWritten(statement: Statement): readonly Variable[] {
  const assigned = (statement.kind === "set" || statement.kind === "restore") && statement.target.kind === "read";
  return assigned ? [statement.target.variable] : declaredBy(statement);
}

/** What a block writes, all that is nested in it included. */
export function writesOf(
  block: Block,
  cells: Cells,
): { readonly variables: ReadonlySet<Variable>; readonly cells: ReadonlySet<Cell> } {
  const statements = [...statementsIn(block)];
  return {
    variables: new Set(statements.flatMap(variablesWritten)),
    cells: new Set(statements.flatMap((statement) => [...cells.written(statement)])),
  };
}

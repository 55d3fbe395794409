/** Walking and rebuilding trees. Every function here knows all node kinds, so passes need to know only theirs. */
import { calledFunction } from "./build.ts";
import type * as ir from "./ir.ts";

const noOperands: readonly ir.Expression[] = [];

/** The operands of an expression, in the order of evaluation. */
export function operandsOf(expression: ir.Expression): readonly ir.Expression[] {
  switch (expression.kind) {
    case "constant":
    case "read":
    case "global":
    case "newTape":
      return noOperands;
    case "element":
      return [expression.array, expression.index];
    case "field":
      return [expression.record];
    case "length":
      return [expression.array];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.whenTrue, expression.whenFalse];
    case "math":
    case "extern":
      return expression.operands;
    case "stop":
      return [expression.value];
    case "template":
      return expression.values;
    case "newArray":
      return [expression.length];
    case "arrayLiteral":
      return expression.elements;
    case "recordLiteral":
      return expression.fields.map((field) => field.value);
    case "copy":
      return [
        expression.source,
        ...(expression.from ? [expression.from] : []),
        ...(expression.to ? [expression.to] : []),
      ];
    case "zeros":
      return [expression.like];
  }
}

type MapExpression = (expression: ir.Expression) => ir.Expression;

/** The same expression with its direct operands mapped; the same object where nothing changes. */
export function mapOperands(expression: ir.Expression, map: MapExpression): ir.Expression {
  switch (expression.kind) {
    case "constant":
    case "read":
    case "global":
    case "newTape":
      return expression;
    case "element":
      return update(expression, { array: map(expression.array), index: map(expression.index) });
    case "field":
      return update(expression, { record: map(expression.record) });
    case "length":
      return update(expression, { array: map(expression.array) });
    case "unary":
      return update(expression, { operand: map(expression.operand) });
    case "binary":
      return update(expression, { left: map(expression.left), right: map(expression.right) });
    case "conditional":
      return update(expression, {
        test: map(expression.test),
        whenTrue: map(expression.whenTrue),
        whenFalse: map(expression.whenFalse),
      });
    case "math":
    case "extern":
      return update(expression, { operands: mapList(expression.operands, map) });
    case "stop":
      return update(expression, { value: map(expression.value) });
    case "template":
      return update(expression, { values: mapList(expression.values, map) });
    case "newArray":
      return update(expression, { length: map(expression.length) });
    case "arrayLiteral":
      return update(expression, { elements: mapList(expression.elements, map) });
    case "recordLiteral":
      return update(expression, {
        fields: mapList(expression.fields, (field) => update(field, { value: map(field.value) })),
      });
    case "copy":
      return update(expression, {
        source: map(expression.source),
        ...(expression.from && { from: map(expression.from) }),
        ...(expression.to && { to: map(expression.to) }),
      });
    case "zeros":
      return update(expression, { like: map(expression.like) });
  }
}

/** Rebuilds an expression from its leaves up: operands first, then `map` on the result. */
export function mapExpression(expression: ir.Expression, map: MapExpression): ir.Expression {
  return map(mapOperands(expression, (operand) => mapExpression(operand, map)));
}

/** Every expression inside `expression`, itself included, outermost first. */
export function subexpressions(expression: ir.Expression): readonly ir.Expression[] {
  const found: ir.Expression[] = [];
  addSubexpressions(expression, found);
  return found;
}

function addSubexpressions(expression: ir.Expression, found: ir.Expression[]): void {
  found.push(expression);
  for (const operand of operandsOf(expression)) addSubexpressions(operand, found);
}

/** Replaces reads of variables. */
export function substitute(
  expression: ir.Expression,
  replace: (variable: ir.Variable) => ir.Expression | undefined,
): ir.Expression {
  return mapExpression(expression, (node) => (node.kind === "read" ? (replace(node.variable) ?? node) : node));
}

/** The expressions a statement evaluates itself (not those of nested blocks), in order; a written place's operands included. */
export function expressionsOf(statement: ir.Statement): readonly ir.Expression[] {
  switch (statement.kind) {
    case "let":
      return statement.value ? [statement.value] : [];
    case "set":
      return [...placeOperands(statement.target), statement.value];
    case "if":
    case "while":
      return [statement.test];
    case "for":
      return [statement.lo, statement.hi];
    case "call":
      return statement.arguments;
    case "append":
      return [statement.array, statement.value];
    case "remove":
      return [statement.array];
    case "addInto":
      return [statement.target, statement.source, ...(statement.from ? [statement.from] : [])];
    case "save":
      return [statement.value];
    case "restore":
      return placeOperands(statement.target);
    case "effect":
      return statement.operands;
    case "throw":
      return [statement.value];
    case "return":
      return statement.values;
    case "note":
    case "scope":
    case "exit":
      return [];
  }
}

/** What must be evaluated to know which place is written: nothing for a variable. */
export function placeOperands(place: ir.Place): readonly ir.Expression[] {
  return place.kind === "read" ? [] : operandsOf(place);
}

/** The blocks nested directly in a statement. */
export function blocksOf(statement: ir.Statement): readonly ir.Block[] {
  switch (statement.kind) {
    case "if":
      return [statement.then, statement.else];
    case "for":
    case "while":
    case "scope":
      return [statement.body];
    default:
      return noBlocks;
  }
}

const noBlocks: readonly ir.Block[] = [];

/** Every statement of a block, nested ones included, each before what it contains. */
export function statementsIn(block: ir.Block): readonly ir.Statement[] {
  const found: ir.Statement[] = [];
  addStatements(block, found);
  return found;
}

function addStatements(block: ir.Block, found: ir.Statement[]): void {
  for (const statement of block) {
    found.push(statement);
    for (const nested of blocksOf(statement)) addStatements(nested, found);
  }
}

/** Every expression evaluated in a block, nested ones and subexpressions included. */
export function expressionsIn(block: ir.Block): readonly ir.Expression[] {
  const found: ir.Expression[] = [];
  for (const statement of statementsIn(block))
    for (const expression of expressionsOf(statement)) addSubexpressions(expression, found);
  return found;
}

/** The keys of the functions that a function calls, by statements and inside of expressions. */
export function calleesIn({ body }: ir.FunctionIR): readonly string[] {
  const statements = [...statementsIn(body)].flatMap((s) => (s.kind === "call" ? [s.callee] : []));
  const expressions = [...expressionsIn(body)].flatMap((e) =>
    e.kind === "extern" ? [...e.text.matchAll(calledFunction)].map(([, key]) => key) : [],
  );
  return [...statements, ...expressions];
}

/** The variables a statement itself declares. */
export function declaredBy(statement: ir.Statement): readonly ir.Variable[] {
  switch (statement.kind) {
    case "let":
      return [statement.variable];
    case "for":
      return [statement.counter];
    case "while":
      return [statement.trips];
    case "call":
      return statement.results;
    case "remove":
    case "effect":
      return statement.result ? [statement.result] : [];
    case "restore":
      return statement.declares && statement.target.kind === "read" ? [statement.target.variable] : [];
    default:
      return [];
  }
}

/** The same statement with its nested blocks mapped; the same object where nothing changes. */
export function mapBlocks(statement: ir.Statement, map: (block: ir.Block) => ir.Block): ir.Statement {
  switch (statement.kind) {
    case "if":
      return update(statement, { then: map(statement.then), else: map(statement.else) });
    case "for":
    case "while":
    case "scope":
      return update(statement, { body: map(statement.body) });
    default:
      return statement;
  }
}

/** The same statement with the expressions it evaluates itself mapped (operands of written places included). */
export function mapExpressions(statement: ir.Statement, map: MapExpression): ir.Statement {
  switch (statement.kind) {
    case "let":
      return statement.value ? update(statement, { value: map(statement.value) }) : statement;
    case "set":
      return update(statement, { target: mapPlace(statement.target, map), value: map(statement.value) });
    case "if":
    case "while":
      return update(statement, { test: map(statement.test) });
    case "for":
      return update(statement, { lo: map(statement.lo), hi: map(statement.hi) });
    case "call":
      return update(statement, { arguments: mapList(statement.arguments, map) });
    case "append":
      return update(statement, { array: map(statement.array), value: map(statement.value) });
    case "remove":
      return update(statement, { array: map(statement.array) });
    case "addInto":
      return update(statement, {
        target: map(statement.target),
        source: map(statement.source),
        ...(statement.from && { from: map(statement.from) }),
      });
    case "save":
      return update(statement, { value: map(statement.value) });
    case "restore":
      return update(statement, { target: mapPlace(statement.target, map) });
    case "effect":
      return update(statement, { operands: mapList(statement.operands, map) });
    case "throw":
      return update(statement, { value: map(statement.value) });
    case "return":
      return update(statement, { values: mapList(statement.values, map) });
    case "note":
    case "scope":
    case "exit":
      return statement;
  }
}

/** Maps what must be evaluated to know the place. A written variable stays as it is (see `renameVariables`). */
export function mapPlace(place: ir.Place, map: MapExpression): ir.Place {
  return place.kind === "read" ? place : (mapOperands(place, map) as ir.Place);
}

/** Rebuilds a block from the inside out; a statement may become none or several. */
export function rewrite(block: ir.Block, map: (statement: ir.Statement) => readonly ir.Statement[]): ir.Block {
  return mapFlat(block, (statement) => map(mapBlocks(statement, (nested) => rewrite(nested, map))));
}

/** Replaces variables everywhere: declared, read, written, as tapes. */
export function renameVariables(block: ir.Block, rename: (variable: ir.Variable) => ir.Variable): ir.Block {
  const inExpression: MapExpression = (expression) =>
    mapExpression(expression, (node) =>
      node.kind === "read" ? update(node, { variable: rename(node.variable) }) : node,
    );
  const inPlace = (place: ir.Place): ir.Place => inExpression(place) as ir.Place;
  const inStatement = (statement: ir.Statement): ir.Statement => {
    const mapped = mapBlocks(mapExpressions(statement, inExpression), (nested) => renameVariables(nested, rename));
    switch (mapped.kind) {
      case "let":
        return update(mapped, { variable: rename(mapped.variable) });
      case "set":
        return mapped.target.kind === "read" ? update(mapped, { target: inPlace(mapped.target) }) : mapped;
      case "for":
        return update(mapped, { counter: rename(mapped.counter) });
      case "while":
        return update(mapped, { trips: rename(mapped.trips) });
      case "call":
        return update(mapped, { results: mapList(mapped.results, rename) });
      case "remove":
      case "effect":
        return mapped.result ? update(mapped, { result: rename(mapped.result) }) : mapped;
      case "save":
        return update(mapped, { tape: rename(mapped.tape) });
      case "restore":
        return update(mapped, {
          tape: rename(mapped.tape),
          target: mapped.target.kind === "read" ? inPlace(mapped.target) : mapped.target,
        });
      default:
        return mapped;
    }
  };
  return mapList(block, inStatement);
}

// ------------------------------------------------------------------------------------------ sharing helpers

/** A copy with some properties replaced, or the object itself if they are the same already. */
export function update<T extends object>(node: T, changes: Partial<T>): T {
  for (const key in changes) if (node[key] !== changes[key]) return { ...node, ...changes };
  return node;
}

/** Maps a list; the list itself if nothing changes. */
export function mapList<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let mapped: T[] | undefined;
  for (const [i, item] of list.entries()) {
    const made = map(item);
    if (!mapped && made !== item) mapped = list.slice(0, i);
    mapped?.push(made);
  }
  return mapped ?? list;
}

function mapFlat<T>(list: readonly T[], map: (item: T) => readonly T[]): readonly T[] {
  let mapped: T[] | undefined;
  for (const [i, item] of list.entries()) {
    const made = map(item);
    if (!mapped && (made.length !== 1 || made[0] !== item)) mapped = list.slice(0, i);
    if (mapped) for (const each of made) mapped.push(each);
  }
  return mapped ?? list;
}

import { forwardResults } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { precedenceOf, printExpression, printExtern, printOperand } from "../ir/print-expression.ts";
import { expressionsOf, mapExpressions, substitute } from "../ir/visit.ts";
import { assignment } from "./assignment.ts";
import { commentOf, commentOfBranches, printedNotes, startsBackwardPass } from "./comments.ts";
import { declared, declarationText } from "./declarations.ts";
import { groupAt, groupText } from "./groups.ts";
import { countingStore, forHead, whileForm, withCount, withoutEmptyThen } from "./loops.ts";
import { savesInARow, steppedPair, type SteppedPair } from "./steps.ts";
import { isNumberTape } from "./types.ts";
import type { Writer } from "./writer.ts";

/** A loop or an `if` of one short statement is written on one line, up to this width. */
const widestLine = 100;

/** The lines of the body of a function; what is behind the mark in that of a `vjp` is a function that it returns. */
export function bodyLines(writer: Writer): string[] {
  const { body } = writer.fn;
  const notes = printedNotes(body);
  const at = body.findIndex((statement) => statement.kind === "effect" && statement.text === forwardResults);
  if (at < 0) return passLines(body, notes, writer);
  const forward = passLines(body.slice(0, at), notes, writer);
  const backward = passLines(body.slice(at + 1), notes, writer);
  const values = expressionsOf(body[at]).map((value) => printExpression(value, writer.expressions));
  const head = `return [${values.join(", ")}, (${writer.fn.parameters.slice(-1).map(writer.name).join()}) =>`;
  const only = backward.length === 1 ? /^return (.*);$/s.exec(backward[0]) : null;
  if (only) return [...forward, `${head} ${only[1].startsWith("{") ? `(${only[1]})` : only[1]}];`];
  return [...forward, `${head} {`, ...backward, "}];"];
}

/** The lines of a body or a part of it: with its notes, and without the `return` of nothing at its end. */
function passLines(body: ir.Block, notes: ReadonlySet<ir.Statement>, writer: Writer): string[] {
  const lines: string[] = [];
  for (const section of sectionsOf(body)) {
    const [first] = section;
    if (startsBackwardPass(first)) writer.comments.active = true;
    if (notes.has(first) && first.kind === "note")
      lines.push(...(lines.length > 0 && first.text.endsWith("pass") ? [""] : []), `// ${first.text}`);
    const rest = first.kind === "note" ? section.slice(1) : section;
    const last = rest.at(-1);
    const ends = last?.kind === "return" && last.values.length === 0 && last === body.at(-1);
    lines.push(...blockLines(ends ? rest.slice(0, -1) : rest, writer, 1));
  }
  return lines;
}

/** The parts of a body that begin with a note. */
function sectionsOf(body: ir.Block): ir.Block[] {
  const starts = body.flatMap((statement, i) => (i === 0 || statement.kind === "note" ? [i] : []));
  return starts.map((start, i) => body.slice(start, starts[i + 1]));
}

/** The lines of a nested block. What is quoted above it holds for its beginning, what is quoted in it not for what follows. */
function blockLines(block: ir.Block, writer: Writer, depth: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < block.length; i++) {
    const saves = savesInARow(block, i);
    if (saves > 1) {
      lines.push(pushText(block.slice(i, i + saves), writer));
      i += saves - 1;
      continue;
    }
    const group = groupAt(block, i, writer);
    if (group) {
      lines.push(groupText(group, writer));
      i += group.size - 1;
      continue;
    }
    const pair = steppedPair(block[i], block[i + 1]);
    lines.push(...(pair ? pairLines(pair, writer) : statementLines(block[i], writer, depth)));
    if (pair) i++;
  }
  writer.comments.last = undefined;
  return lines;
}

/** `tape.push(a, b);`. */
function pushText(saves: ir.Block, { name, expressions }: Writer): string {
  const values = saves.flatMap((s) => (s.kind === "save" ? [{ tape: name(s.tape), value: s.value }] : []));
  return `${values[0].tape}.push(${values.map(({ value }) => printExpression(value, expressions)).join(", ")});`;
}

/** `tape[top++] = value;`, `const value = tape[--top];`. */
function pairLines({ access, counter, step }: SteppedPair, writer: Writer): string[] {
  const name = writer.name(counter);
  const stepped: ir.Variable = { ...counter, name: step === "up after" ? `${name}++` : `--${name}` };
  const replaced = (expression: ir.Expression): ir.Expression =>
    substitute(expression, (variable) => (variable === counter ? { kind: "read", variable: stepped } : undefined));
  const names = (variable: ir.Variable): string => (variable === stepped ? stepped.name : writer.name(variable));
  const comment = commentOf(access, writer.comments);
  const text = simpleText(mapExpressions(access, replaced) as Simple, {
    ...writer,
    expressions: { ...writer.expressions, name: names },
  });
  return [...(comment ? [comment] : []), text];
}

/** The lines of a statement, with the comment above it. `depth` counts the blocks around it. */
function statementLines(statement: ir.Statement, writer: Writer, depth: number): string[] {
  switch (statement.kind) {
    case "if":
      return branchLines(withoutEmptyThen(statement), writer, depth);
    case "for":
      return withBody(forHead(statement, writer), statement.body, writer, depth);
    case "while":
      return whileLines(statement, writer, depth);
    case "note":
      return [`// ${statement.text}`];
    case "scope":
    case "exit":
      throw new Error(`${writer.fn.key}: a ${statement.kind} cannot be written`);
    default: {
      const comment = commentOf(statement, writer.comments);
      return [...(comment ? [comment] : []), simpleText(statement, writer)];
    }
  }
}

type Simple = Exclude<ir.Statement, ir.If | ir.For | ir.While | ir.Note | ir.Scope | ir.Exit>;

function isSimple(statement: ir.Statement): statement is Simple {
  return !["if", "for", "while", "note", "scope", "exit"].includes(statement.kind);
}

function branchLines(statement: ir.If, writer: Writer, depth: number): string[] {
  const comment = commentOfBranches(branchesOf(statement), writer.comments);
  return [...(comment ? [comment] : []), ...ifLines(statement, writer, depth)];
}

/** The blocks of a chain of `else if`. */
function branchesOf(statement: ir.If): readonly ir.Block[] {
  const [only] = statement.else;
  const isChain = statement.else.length === 1 && only.kind === "if";
  return [statement.then, ...(isChain ? branchesOf(only) : [statement.else])];
}

function ifLines(statement: ir.If, writer: Writer, depth: number, isElse = false): string[] {
  const { last } = writer.comments;
  const head = `if (${printExpression(statement.test, writer.expressions)})`;
  if (statement.then.length === 0) return [];
  if (statement.else.length === 0 && !isElse) return withBody(head, statement.then, writer, depth);
  const then = [`${head} {`, ...blockLines(statement.then, writer, depth + 1)];
  writer.comments.last = last;
  const [only] = statement.else;
  if (statement.else.length === 1 && only.kind === "if" && only.then.length > 0) {
    const lines = ifLines(only, writer, depth, true);
    return [...then, `} else ${lines[0]}`, ...lines.slice(1)];
  }
  if (statement.else.length === 0) return [...then, "}"];
  return [...then, "} else {", ...blockLines(statement.else, writer, depth + 1), "}"];
}

/** A head with its body: on one line, under the comment of its statement, if that is the whole body and short. */
function withBody(head: string, body: ir.Block, writer: Writer, depth: number): string[] {
  const [only] = body;
  if (body.length === 1 && isSimple(only) && canStandAlone(only)) {
    const line = `${head} ${simpleText(only, writer)}`;
    if (line.length + 2 * (depth + 1) <= widestLine) {
      const comment = commentOf(only, writer.comments);
      return [...(comment ? [comment] : []), line];
    }
  }
  return [`${head} {`, ...blockLines(body, writer, depth + 1), "}"];
}

/** Declarations need a block. */
function canStandAlone(statement: Simple): boolean {
  switch (statement.kind) {
    case "set":
    case "append":
    case "save":
    case "throw":
    case "return":
    case "addInto":
      return true;
    case "restore":
      return !statement.declares;
    default:
      return false;
  }
}

function whileLines(loop: ir.While, writer: Writer, depth: number): string[] {
  const { before, head, after } = whileForm(loop, writer);
  const start = before ? [before] : [];
  if (!after) return [...start, ...withBody(head, loop.body, writer, depth)];
  const counting = countingStore(loop);
  if (!counting || counting.kind !== "set")
    return [...start, `${head} {`, ...blockLines(loop.body, writer, depth + 1), after, "}"];
  const lines = blockLines(loop.body, writer, depth + 1);
  const place = printExpression(counting.target, writer.expressions);
  const at = lines.indexOf(simpleText(counting, writer));
  const counted = at < 0 ? undefined : withCount(lines[at], place, writer.name(loop.trips));
  if (counted === undefined || counted === lines[at]) return [...start, `${head} {`, ...lines, after, "}"];
  return [...start, `${head} {`, ...lines.slice(0, at), counted, ...lines.slice(at + 1), "}"];
}

function simpleText(statement: Simple, writer: Writer): string {
  const { name, expressions, helpers } = writer;
  const text = (expression: ir.Expression): string => printExpression(expression, expressions);
  const object = (expression: ir.Expression): string => printOperand(expression, precedenceOf.postfix, expressions);
  switch (statement.kind) {
    case "let":
      return declarationText(statement, writer);
    case "set":
      return assignment(statement, expressions);
    case "call":
      return callText(statement, writer);
    case "append":
      return `${object(statement.array)}.push(${text(statement.value)});`;
    case "remove":
      return `${result(statement.result, writer)}${object(statement.array)}.pop()${statement.result?.type.kind === "maybe" ? "" : "!"};`;
    case "addInto": {
      const operands = [statement.target, statement.source, ...(statement.from ? [statement.from] : [])];
      return `${helpers.runtime("addInto")}(${operands.map(text).join(", ")});`;
    }
    case "save":
      return numberTape(statement.tape)
        ? `${helpers.runtime("push")}(${name(statement.tape)}, ${text(statement.value)});`
        : `${name(statement.tape)}.push(${text(statement.value)});`;
    case "restore":
      return restoreText(statement, writer);
    case "effect":
      return `${result(statement.result, writer)}${printExtern(statement.text, statement.operands, expressions).text};`;
    case "throw":
      return `throw ${text(statement.value)};`;
    case "return":
      return returnText(statement, writer);
  }
}

function numberTape({ type }: ir.Variable): boolean {
  return type.kind === "tape" && isNumberTape(type);
}

function restoreText({ tape, target, declares }: ir.Restore, writer: Writer): string {
  const { name, helpers } = writer;
  const maybe = tape.type.kind === "tape" && tape.type.element.kind === "maybe";
  const popped = numberTape(tape)
    ? `${helpers.runtime("pop")}(${name(tape)})`
    : `${name(tape)}.pop()${maybe ? "" : "!"}`;
  if (declares && target.kind === "read") return `${declared(target.variable, writer)} = ${popped};`;
  return `${printExpression(target, writer.expressions)} = ${popped};`;
}

function result(variable: ir.Variable | undefined, writer: Writer): string {
  return variable && isUsed(variable, writer) ? `${declared(variable, writer)} = ` : "";
}

function isUsed(variable: ir.Variable, { facts }: Writer): boolean {
  return facts.reads.has(variable) || facts.assigned.has(variable);
}

/** A call, with the results that nobody uses left out. */
function callText({ callee, results, arguments: values }: ir.Call, writer: Writer): string {
  const called = writer.program.functions.get(callee);
  // The map of a custom rule may leave out the parameters it does not need, like any function in TypeScript.
  const passed = called ? values.slice(0, called.parameters.length) : values;
  const call = `${writer.nameOf(callee)}(${argumentsText(passed, called?.derivation?.groups ?? [], writer)});`;
  const used = results.map((variable) => isUsed(variable, writer));
  const last = used.lastIndexOf(true);
  if (last < 0) return call;
  if (results.length === 1) return `${declared(results[0], writer)} = ${call}`;
  const keyword = results.some((variable) => writer.facts.assigned.has(variable)) ? "let" : "const";
  const names = results.slice(0, last + 1).map((variable, i) => (used[i] ? writer.name(variable) : ""));
  return `${keyword} [${names.join(", ")}] = ${call}`;
}

function argumentsText(
  values: readonly ir.Expression[],
  groups: readonly ir.ParameterGroup[],
  { expressions }: Writer,
): string {
  const texts = values.map((value) => printExpression(value, expressions));
  return texts
    .flatMap((text, i) => {
      const group = groups.find(({ from, to }) => from <= i && i < to);
      if (!group) return [text];
      return group.from === i ? [`[${texts.slice(group.from, group.to).join(", ")}]`] : [];
    })
    .join(", ");
}

function returnText({ values }: ir.Return, { expressions }: Writer): string {
  const texts = values.map((value) => printExpression(value, expressions));
  if (texts.length === 0) return "return;";
  if (texts.length > 1) return `return [${texts.join(", ")}];`;
  return texts[0] === "undefined" ? "return;" : `return ${texts[0]};`;
}

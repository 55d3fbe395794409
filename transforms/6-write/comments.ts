import { forwardResults } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { statementsIn } from "../ir/visit.ts";
import type { Comments } from "./writer.ts";

const longest = 100;
const forwardPass = "Forward pass";
const backwardPass = "Backward pass";

/** The user's statement on one line, cut where it is long. */
export function quoted({ text }: ir.Origin): string {
  const line = text.replace(/\s+/g, " ").trim().replace(/;$/, "");
  return `// ${line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line}`;
}

/** Whether the statements of a function quote the user's from its start on: not before its backward pass, if it has one. */
export function startComments(fn: ir.FunctionIR): Comments {
  const active =
    fn.derivation !== undefined &&
    ["gradient", "valueAndGradient", "pullback", "vjp", "backward", "transpose"].includes(fn.derivation.mode) &&
    !fn.body.some((statement) => isNote(statement, backwardPass));
  return { active, last: undefined };
}

/** The comment to print above a statement, or undefined; remembers what was quoted. */
export function commentOf(statement: ir.Statement, comments: Comments): string | undefined {
  const origin = quotedOrigin(statement, comments);
  if (!origin || (comments.last && isSame(comments.last, origin))) return undefined;
  comments.last = origin;
  return quoted(origin);
}

/** The comment to print above an `if` of which several branches reverse the same statement, and nothing else. */
export function commentOfBranches(branches: readonly ir.Block[], comments: Comments): string | undefined {
  const quoting = branches.flatMap((branch) => {
    const found = statementsIn(branch).find((statement) => quotedOrigin(statement, comments));
    return found ? [found] : [];
  });
  const [first] = quoting;
  const origin = quoting.length > 1 ? first.origin : undefined;
  const isOnly = branches.every((branch) =>
    statementsIn(branch).every((statement) => {
      const own = quotedOrigin(statement, comments);
      return !own || (origin && isSame(own, origin));
    }),
  );
  return isOnly && origin ? commentOf(first, comments) : undefined;
}

/** What the comment above a statement quotes, if it has one. */
function quotedOrigin(statement: ir.Statement, { active }: Comments): ir.Origin | undefined {
  const { origin } = statement;
  return active && origin && statement.derived && isQuoted(statement) && !isPlainReturn(origin) ? origin : undefined;
}

function isSame(a: ir.Origin, b: ir.Origin): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

/** `return y`, or the end of a function, says nothing of the adjoint that the backward pass begins with. */
function isPlainReturn({ text }: ir.Origin): boolean {
  return /^(return [\w$]+;?)?$/.test(text.trim());
}

/** Restores, declarations of zeros and compound statements bring no comment of their own; what they lead to does. */
function isQuoted(statement: ir.Statement): boolean {
  switch (statement.kind) {
    case "let":
      return !isShadowDeclaration(statement) && !readsTape(statement.value);
    case "set":
      return !readsTape(statement.value);
    case "remove":
      return !isTape(statement.array);
    case "call":
    case "append":
    case "addInto":
    case "effect":
      return true;
    case "return":
      return statement.values.length > 0 && !statement.origin?.text.startsWith("return");
    default:
      return false;
  }
}

function isShadowDeclaration(statement: ir.Statement): boolean {
  if (statement.kind !== "let") return false;
  const { value } = statement;
  if (value === undefined || value.kind === "newTape" || value.kind === "zeros") return true;
  return value.kind === "constant" && value.value === 0 && statement.variable.role === "shadow";
}

function readsTape(value: ir.Expression | undefined): boolean {
  return value?.kind === "element" && isTape(value.array);
}

function isTape(array: ir.Expression): boolean {
  return array.kind === "read" && array.variable.role === "tape";
}

function isNote(statement: ir.Statement, text?: string): boolean {
  return statement.kind === "note" && (text === undefined || statement.text === text);
}

function isMark(statement: ir.Statement): boolean {
  return statement.kind === "effect" && statement.text === forwardResults;
}

/** Whether the statement is where the backward pass begins. */
export function startsBackwardPass(statement: ir.Statement): boolean {
  return isNote(statement, backwardPass);
}

/**
 * The notes worth printing. The headings of the two passes tell apart what runs first from what runs backward: a
 * forward part of mere definitions needs none. A note with nothing below it is dropped.
 */
export function printedNotes(body: ir.Block): ReadonlySet<ir.Statement> {
  const headings = [forwardPass, backwardPass];
  const begin = body.findIndex((statement) => isNote(statement, forwardPass));
  const end = body.findIndex((statement) => isNote(statement, backwardPass));
  const runs =
    begin >= 0 &&
    end > begin &&
    body.slice(begin, end).some((statement) => !["note", "let", "save"].includes(statement.kind) && !isMark(statement));
  return new Set(
    body.filter((statement, i) => {
      if (statement.kind !== "note") return false;
      if (headings.includes(statement.text)) return runs;
      return i + 1 < body.length && !isNote(body[i + 1]);
    }),
  );
}

import { read, zeroOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { declaredBy } from "../ir/visit.ts";
import { reverseCall } from "./reverse-call.ts";
import { reverseAppend, reverseLet, reverseRemove, reverseRestore, reverseSave, reverseSet } from "./reverse-memory.ts";
import { reverseFor, reverseIf, reverseWhile } from "./reverse-control.ts";
import { declare, mirror, newTape, type Frame, type Reversal } from "./reversal.ts";

/** The forward pass of some statements, and the backward pass that undoes them and collects adjoints. */
export interface Reversed {
  readonly forward: ir.Block;
  readonly backward: ir.Block;
}

/**
 * Reverses a block whose frame is given. The locals of a nested block are saved at its end and declared again, in the
 * order of their definition, at the start of its backward pass; their adjoints start at zero there.
 */
export function reverseBlock(reversal: Reversal, block: ir.Block, frame: Frame): Reversed {
  for (const statement of block) {
    if (statement.kind !== "for") for (const local of declaredBy(statement)) declare(reversal, frame, local);
  }
  const parts = block.map((statement) => marked(reversal, reverseStatement(reversal, statement, frame)));
  const forward = parts.flatMap((part) => part.forward);
  const backward = parts.reverse().flatMap((part) => part.backward);
  const adjoints = frame.adjoints.map((adjoint): ir.Statement => ({
    kind: "let",
    variable: adjoint,
    value: zeroOf(adjoint.type),
    derived: true,
  }));
  if (!frame.nested) return { forward, backward: [...adjoints, ...backward] };
  const saved = saveLocals(reversal, frame.locals);
  return { forward: [...forward, ...saved.forward], backward: [...saved.backward, ...adjoints, ...backward] };
}

function marked({ marks }: Reversal, part: Reversed): Reversed {
  if (!marks) return part;
  const number = String(marks.next++);
  return {
    forward: [{ kind: "note", text: `before ${number}` }, ...part.forward],
    backward: [...part.backward, { kind: "note", text: `undone ${number}` }],
  };
}

function saveLocals(reversal: Reversal, locals: readonly ir.Variable[]): Reversed {
  const kept = locals.filter((local) => local.type.kind !== "tape");
  const tapes = kept.map((local) => newTape(reversal, local.name, local.type));
  // A tape of the function itself is empty again at the end of the forward pass, and so is its shadow: both begin anew.
  const anew = locals.flatMap((local): ir.Block => {
    const { type } = local;
    if (type.kind !== "tape") return [];
    return [
      {
        kind: "let",
        variable: mirror(reversal, read(local)).variable,
        value: { kind: "newTape", type },
        derived: true,
      },
    ];
  });
  const restores = kept.map((local, i): ir.Statement => ({
    kind: "restore",
    tape: tapes[i],
    target: mirror(reversal, read(local)),
    declares: true,
    derived: true,
  }));
  return {
    forward: kept.map((local, i) => ({ kind: "save", tape: tapes[i], value: read(local), derived: true })),
    backward: [...anew, ...restores],
  };
}

function reverseStatement(reversal: Reversal, statement: ir.Statement, frame: Frame): Reversed {
  switch (statement.kind) {
    case "let":
      return reverseLet(reversal, statement);
    case "set":
      return reverseSet(reversal, statement);
    case "if":
      return reverseIf(reversal, statement, frame);
    case "for":
      return reverseFor(reversal, statement);
    case "while":
      return reverseWhile(reversal, statement);
    case "call":
      return reverseCall(reversal, statement);
    case "append":
      return reverseAppend(reversal, statement);
    case "remove":
      return reverseRemove(reversal, statement, frame);
    case "save":
      return reverseSave(reversal, statement);
    case "restore":
      return reverseRestore(reversal, statement);
    case "effect":
    case "throw":
      return { forward: [statement], backward: [] };
    case "note":
      return { forward: [], backward: [] };
    case "addInto":
    case "return":
    case "scope":
    case "exit":
      throw new Error(`a ${statement.kind} statement is not in core form`);
  }
}

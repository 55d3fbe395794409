import { binary, boolean, constant, read, unary, variable, add, math, subtract, copyOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { renameVariables, statementsIn, update } from "../ir/visit.ts";

/**
 * Removes early returns, `scope` and `exit`: what follows an exit moves into the branch that does not take it, and
 * where that is not enough a flag guards it. Loops that can be left early test the flag. Afterwards control flow is
 * `if`, `for` and `while` alone, and every iteration that starts also finishes — which is what the reversal needs.
 */
export function structureExits(fn: ir.FunctionIR): ir.FunctionIR {
  const flags: Flags = new Map();
  const withoutReturns = returnsToExits(fn);
  return update(fn, { body: dropUnusedFlags(structure(withoutReturns, flags).block, flags) });
}

interface Flag {
  readonly variable: ir.Variable;
  /** Whether anything tests it; if not, it need not exist. */
  used: boolean;
}
type Flags = Map<ir.Label, Flag>;

interface Structured {
  readonly block: ir.Block;
  /** The labels by which control may leave the block early. */
  readonly exits: ReadonlySet<ir.Label>;
  /** Whether control never reaches the end of the block. */
  readonly always: boolean;
}

function returnsToExits(fn: ir.FunctionIR): ir.Block {
  const last = fn.body.at(-1);
  const returns = [...statementsIn(fn.body)].filter((statement) => statement.kind === "return");
  if (returns.length === 0) return [...fn.body, { kind: "return", values: [], origin: fn.origin }];
  if (returns.length === 1 && last?.kind === "return") return fn.body;
  const label: ir.Label = { name: "function" };
  const results = fn.results.map((type) => variable("result", type));
  const replace = (block: ir.Block): ir.Block =>
    block.flatMap((statement): readonly ir.Statement[] => {
      if (statement.kind !== "return") return [mapNested(statement, replace)];
      const values = statement.values.map((value, i): ir.Statement => ({
        kind: "set",
        target: read(results[i]),
        value,
        origin: statement.origin,
      }));
      return [...values, { kind: "exit", label, origin: statement.origin }];
    });
  return [
    ...results.map((result): ir.Statement => ({ kind: "let", variable: result })),
    { kind: "scope", label, body: replace(fn.body) },
    { kind: "return", values: results.map(read), origin: last?.kind === "return" ? last.origin : fn.origin },
  ];
}

function mapNested(statement: ir.Statement, map: (block: ir.Block) => ir.Block): ir.Statement {
  switch (statement.kind) {
    case "if":
      return { ...statement, then: map(statement.then), else: map(statement.else) };
    case "for":
    case "while":
    case "scope":
      return { ...statement, body: map(statement.body) };
    default:
      return statement;
  }
}

function structure(block: ir.Block, flags: Flags): Structured {
  const done: ir.Statement[] = [];
  const exits = new Set<ir.Label>();
  for (const [i, statement] of block.entries()) {
    const rest = block.slice(i + 1);
    const result = structureStatement(statement, rest, flags);
    done.push(...result.block);
    for (const label of result.exits) exits.add(label);
    if (result.always || result.tookRest) return { block: done, exits, always: result.always };
    if (result.exits.size > 0) {
      if (rest.length === 0) break;
      const guarded = structure(rest, flags);
      for (const label of guarded.exits) exits.add(label);
      done.push({
        kind: "if",
        test: unary("!", anyOf(result.exits, flags)),
        then: guarded.block,
        else: [],
        origin: statement.origin,
      });
      break;
    }
  }
  return { block: done, exits, always: false };
}

function structureStatement(
  statement: ir.Statement,
  rest: ir.Block,
  flags: Flags,
): Structured & { readonly tookRest?: boolean } {
  const none: ReadonlySet<ir.Label> = new Set();
  switch (statement.kind) {
    case "exit": {
      const flag = flagOf(statement.label, flags);
      const set: ir.Statement = {
        kind: "set",
        target: read(flag.variable),
        value: constant(true),
        origin: statement.origin,
      };
      return { block: [set], exits: new Set([statement.label]), always: true };
    }
    case "if":
      return structureIf(statement, rest, flags);
    case "scope": {
      flagOf(statement.label, flags);
      const body = structure(statement.body, flags);
      const exits = new Set([...body.exits].filter((label) => label !== statement.label));
      const flag = flagOf(statement.label, flags).variable;
      const declaration: ir.Statement = {
        kind: "let",
        variable: flag,
        value: constant(false),
        origin: statement.origin,
      };
      return { block: [declaration, ...body.block], exits, always: body.always && !body.exits.has(statement.label) };
    }
    case "while": {
      const body = structure(statement.body, flags);
      if (body.exits.size === 0) return { block: [{ ...statement, body: body.block }], exits: none, always: false };
      const test = binary("&&", unary("!", anyOf(body.exits, flags)), statement.test);
      return { block: [{ ...statement, test, body: body.block }], exits: body.exits, always: false };
    }
    case "for": {
      const body = structure(statement.body, flags);
      if (body.exits.size === 0) return { block: [{ ...statement, body: body.block }], exits: none, always: false };
      const loop = forToWhile({ ...statement, body: body.block }, unary("!", anyOf(body.exits, flags)));
      return { block: loop, exits: body.exits, always: false };
    }
    default:
      return { block: [statement], exits: none, always: false };
  }
}

function structureIf(statement: ir.If, rest: ir.Block, flags: Flags): Structured & { readonly tookRest?: boolean } {
  const then = structure(statement.then, flags);
  const otherwise = structure(statement.else, flags);
  if (then.always === otherwise.always) {
    const exits = new Set([...then.exits, ...otherwise.exits]);
    return { block: [{ ...statement, then: then.block, else: otherwise.block }], exits, always: then.always };
  }
  // One branch leaves: what follows belongs to the other one.
  const stays = structure([...(then.always ? statement.else : statement.then), ...rest], flags);
  const leaves = then.always ? then : otherwise;
  const branches = then.always ? { then: then.block, else: stays.block } : { then: stays.block, else: otherwise.block };
  return {
    block: [{ ...statement, ...branches }],
    exits: new Set([...leaves.exits, ...stays.exits]),
    always: stays.always,
    tookRest: true,
  };
}

/** A counted loop that can be left early is a loop on its number of iterations. */
function forToWhile(loop: ir.For, goesOn: ir.Expression): ir.Block {
  const trips = variable("trips", { kind: "index" }, "counter");
  const count = variable("count", { kind: "index" });
  const counter = copyOf(loop.counter);
  const value = loop.descending
    ? subtract(subtract(loop.hi, constant(1)), read(trips))
    : loop.lo.kind === "constant" && loop.lo.value === 0
      ? read(trips)
      : add(loop.lo, read(trips));
  const body = renameVariables(loop.body, (v) => (v === loop.counter ? counter : v));
  return [
    { kind: "let", variable: count, value: math("max", constant(0), subtract(loop.hi, loop.lo)), origin: loop.origin },
    {
      kind: "while",
      trips,
      test: binary("&&", goesOn, binary("<", read(trips), read(count))),
      body: [{ kind: "let", variable: counter, value, origin: loop.origin }, ...body],
      origin: loop.origin,
    },
  ];
}

function flagOf(label: ir.Label, flags: Flags): Flag {
  const known = flags.get(label);
  if (known) return known;
  const name = label.name === "function" ? "returned" : label.name.startsWith("continue") ? "skip" : "stop";
  const flag: Flag = { variable: variable(name, boolean), used: false };
  flags.set(label, flag);
  return flag;
}

function anyOf(labels: ReadonlySet<ir.Label>, flags: Flags): ir.Expression {
  const tests = [...labels].map((label): ir.Expression => {
    const flag = flagOf(label, flags);
    flag.used = true;
    return read(flag.variable);
  });
  return tests.reduce((all, test) => binary("||", all, test));
}

function dropUnusedFlags(block: ir.Block, flags: Flags): ir.Block {
  const unused = new Set([...flags.values()].filter((flag) => !flag.used).map((flag) => flag.variable));
  const drop = (nested: ir.Block): ir.Block =>
    nested.flatMap((statement) => {
      if (statement.kind === "let" && unused.has(statement.variable)) return [];
      if (statement.kind === "set" && statement.target.kind === "read" && unused.has(statement.target.variable))
        return [];
      return [mapNested(statement, drop)];
    });
  return drop(block);
}

import type * as ir from "../ir/ir.ts";
import { convertNumbers } from "./convertNumbers.ts";
import { expandSums } from "./expandSums.ts";
import { freshen } from "./freshen.ts";
import { initialise } from "./initialise.ts";
import { liftConditionals } from "./liftConditionals.ts";
import { nameArguments } from "./nameArguments.ts";
import { nameExpensive } from "./nameExpensive.ts";
import { sinkDefinitions } from "./sinkDefinitions.ts";
import { structureExits } from "./structureExits.ts";
import { writeOut } from "./writeOut.ts";

/** The functions that may be called, by key. */
type Functions = ReadonlyMap<string, ir.FunctionIR>;

/** What a function goes through before it is differentiated, in this order. Running it again changes nothing but identities. */
export const normalization: readonly ((fn: ir.FunctionIR, functions: Functions) => ir.FunctionIR)[] = [
  freshen,
  structureExits,
  writeOut,
  convertNumbers,
  expandSums,
  liftConditionals,
  initialise,
  nameArguments,
  nameExpensive,
  sinkDefinitions,
];

/** The core form of a function. */
export function normalize(fn: ir.FunctionIR, functions: Functions): ir.FunctionIR {
  return normalization.reduce((normal, pass) => pass(normal, functions), fn);
}

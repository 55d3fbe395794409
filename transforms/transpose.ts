/** The transpose of a map that is linear in its seed: the map of a custom rule for the other mode. */
import { isLinear } from "./3-analyze/linear.ts";
import { adjointName } from "./4-differentiate/reversal.ts";
import type { RuleMap } from "./4-differentiate/complete-rules.ts";
import { deriveReverse } from "./4-differentiate/derive-reverse.ts";
import { tangentName } from "./4-differentiate/forward.ts";
import { aliasingOf, coreOf, freeName, type Functions } from "./core-program.ts";
import { constant, isReference, read, sameType, shadowType, variable, zeros } from "./ir/build.ts";
import type * as ir from "./ir/ir.ts";
import { expressionsIn, mapExpressions, mapOperands, renameVariables, rewrite, substitute } from "./ir/visit.ts";
import { freshen } from "./2-normalize/freshen.ts";
import { activityFor, optimizeWith, type PassTrace, type Passes } from "./pipeline.ts";

/**
 * The key of the transpose of a map, null where it is zero; undefined where the map cannot be seen to be linear in its seed, its first
 * parameter. It takes the same parameters, with an adjoint or tangent of the map's result in place of the seed. It is the
 * pullback of the map with respect to the seed, whose value plays no part.
 */
export function transpose(
  program: Functions,
  map: RuleMap,
  passes: Passes | undefined,
  trace: PassTrace[] | undefined,
): string | null | undefined {
  const fn = program.get(map.key);
  if (!fn) throw new Error(`no function ${map.key}`);
  // What the functions do is transposed, not what their own rules say of them. Of primitives only the rules are known.
  const core = new Map([...coreOf(program, fn.key)].map(([key, each]) => [key, withoutRule(each)]));
  for (const each of [...core.values()]) addMaps(core, program, each);
  if (!isLinear({ functions: core }, fn.key, 0)) return undefined;
  const seed = fn.parameters.at(0);
  if (!seed) return null;
  if (seed.type.kind === "real" && fn.results[0].kind === "real") return fn.key;
  const like = likeOf(fn, map);
  if (needsLike(seed) && !hasShape(seed, like)) return undefined;
  const name = nameOf(program, fn, map);
  const known = `${fn.file}#${name}`;
  if (program.has(known)) return known;
  const activity = activityFor(passes, { functions: core }, fn.key, [0]);
  const aliasing = aliasingOf(core, core.get(fn.key) ?? fn);
  const request = {
    name,
    mode: "pullback",
    wrt: [0],
    tuple: false,
    value: false,
    seed: "parameter",
    aliasing,
  } as const;
  const made = deriveReverse(core, fn.key, request, activity, optimizeWith(passes, trace), program);
  for (const [key, each] of made.functions)
    program.set(key, freshen(key === made.entry ? withoutSeed(each, fn, map) : each));
  return made.entry;
}

/** A function may be a map of several rules, or for several parameters: then it has several transposes. */
function nameOf(program: Functions, fn: ir.FunctionIR, map: RuleMap): string {
  const wish = `${fn.name}_transpose`;
  const isTaken = (name: string): boolean => {
    const derivation = program.get(`${fn.file}#${name}`)?.derivation;
    return derivation !== undefined && !(derivation.of === map.fn.key && derivation.wrt[0] === wrtOf(map));
  };
  let name = freeName(program, fn, wish);
  for (let i = 2; isTaken(name); i++) name = freeName(program, fn, `${wish}${i}`);
  return name;
}

function wrtOf({ fn, i }: RuleMap): string {
  return fn.parameters[i].name;
}

function withoutRule(fn: ir.FunctionIR): ir.FunctionIR {
  const { custom, ...plain } = fn;
  return custom && !fn.primitive ? plain : fn;
}

/** What the rule of a primitive consists of. */
function addMaps(core: Functions, program: Functions, { primitive, custom }: ir.FunctionIR): void {
  if (!primitive) return;
  for (const key of [...(custom?.vjp ?? []), ...(custom?.jvp ?? [])])
    if (key !== null && !core.has(key)) for (const [name, each] of coreOf(program, key)) core.set(name, each);
}

/** A seed that is no number has a shape, which the transpose takes from another value. */
function needsLike({ type }: ir.Variable): boolean {
  return isReference(type) || type.kind === "tensor";
}

/** Where a map has the value whose shape the seed has: the result of the function, or a parameter of it. */
function likeIndex({ mode, i }: RuleMap): number {
  return mode === "vjp" ? 1 : 2 + i;
}

function likeOf(fn: ir.FunctionIR, map: RuleMap): ir.Variable {
  const [y] = map.fn.results;
  return (
    fn.parameters[likeIndex(map)] ?? (map.mode === "vjp" ? variable("y", y, "parameter") : map.fn.parameters[map.i])
  );
}

function hasShape(seed: ir.Variable, like: ir.Variable): boolean {
  const [a, b] = [shadowType(seed.type), shadowType(like.type)];
  return a !== undefined && b !== undefined && sameType(a, b);
}

/** A pullback of a map as its transpose: the seed is no parameter, only its shape is needed. */
function withoutSeed(pullback: ir.FunctionIR, fn: ir.FunctionIR, map: RuleMap): ir.FunctionIR {
  const count = fn.parameters.length;
  const [seed, ...given] = pullback.parameters.slice(0, count);
  const others = needsLike(seed) ? padded(given, map) : given;
  const like = others.at(likeIndex(map) - 1);
  const body = like && isReference(seed.type) ? shapedLike(pullback.body, seed, like) : pullback.body;
  const isRead = [...expressionsIn(body)].some((part) => part.kind === "read" && part.variable === seed);
  const zero = like && isReference(seed.type) ? zeros(read(like), seed.type) : constant(0);
  // The value of a tensor plays no part, so that any of its shape will do.
  const local: ir.Variable = like && seed.type.kind === "tensor" ? like : { ...seed, role: "temporary" };
  const names = namesIn(map, others.at(0)?.name ?? "y");
  const renamed = new Map([[seed, local]]);
  const rename = (v: ir.Variable): ir.Variable => {
    const isResult = v.shadowOf === seed;
    const name = isResult ? names.result : v === pullback.parameters[count] ? names.seed : v.name;
    const to = renamed.get(v) ?? (name === v.name ? v : { ...v, name });
    renamed.set(v, to);
    return to;
  };
  const parameters = [pullback.parameters[count], ...others].map(rename);
  const declared: ir.Block =
    isRead && local !== like ? [{ kind: "let", variable: local, value: zero, derived: true }] : [];
  return {
    ...pullback,
    parameters,
    body: [...declared, ...renameVariables(body, rename)],
    derivation: { of: map.fn.key, mode: "transpose", wrt: [wrtOf(map)] },
  };
}

/** What a map is given after its seed, as far as the value whose shape the seed has. */
function padded(given: readonly ir.Variable[], map: RuleMap): readonly ir.Variable[] {
  const all = [variable("y", map.fn.results[0]), ...map.fn.parameters];
  const further = all.slice(given.length, likeIndex(map));
  return [...given, ...further.map(({ name, type }) => variable(name, type, "parameter"))];
}

/** The map is for adjoints and its transpose for tangents, or the other way round. */
function namesIn({ mode, fn, i }: RuleMap, y: string): { readonly seed: string; readonly result: string } {
  const { name } = fn.parameters[i];
  return mode === "vjp"
    ? { seed: tangentName(name), result: tangentName(y) }
    : { seed: adjointName(y), result: adjointName(name) };
}

/** Takes lengths and the shapes of zeros from `like` where they are those of `seed`. */
function shapedLike(body: ir.Block, seed: ir.Variable, like: ir.Variable): ir.Block {
  const instead = (path: ir.Expression): ir.Expression =>
    substitute(path, (v) => (v === seed ? read(like) : undefined));
  const shaped = (expression: ir.Expression): ir.Expression => {
    if (expression.kind === "zeros" && !expression.aliased) return { ...expression, like: instead(expression.like) };
    if (expression.kind === "length") return { ...expression, array: instead(expression.array) };
    return mapOperands(expression, shaped);
  };
  return rewrite(body, (s) => [mapExpressions(s, shaped)]);
}

/** The shadows a derivative begins with, and what is to be done where parameters share objects. */
import {
  binary,
  constant,
  element,
  isFlat,
  isReference,
  read,
  sameType,
  variable,
  zeroOf,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { shadowVariable, type Reversal } from "./reversal.ts";

/** What the function writes of its parameters' memory, as far as objects that are met twice matter. */
export interface Aliasing {
  /** Groups of parameters that may be, or hold, the same objects. */
  readonly groups: readonly (readonly number[])[];
  /** Parameters in which one object may stand in several places. */
  readonly shared: ReadonlySet<number>;
}

export interface ParameterShadows {
  readonly references: ir.Block;
  readonly numbers: ir.Block;
  readonly all: ReadonlyMap<ir.Variable, ir.Variable>;
}

/** The shadows of the parameters that carry derivatives. */
export function shadowsOfParameters(reversal: Reversal, fn: ir.FunctionIR): ParameterShadows {
  const references: ir.Statement[] = [];
  const numbers: ir.Statement[] = [];
  const all = new Map<ir.Variable, ir.Variable>();
  for (const parameter of fn.parameters) {
    if (!reversal.isActive(parameter)) continue;
    const shadow = shadowVariable(parameter);
    all.set(parameter, shadow);
    if (isReference(parameter.type)) {
      reversal.shadows.set(parameter, shadow);
      references.push({ kind: "let", variable: shadow, value: zeros(read(parameter), shadow.type), derived: true });
    } else {
      reversal.adjoints.set(parameter, shadow);
      numbers.push({ kind: "let", variable: shadow, value: zeroOf(shadow.type), derived: true });
    }
  }
  return { references, numbers, all };
}

/** Objects that the parameters share have one shadow. */
export function joinAliases(shadows: ir.Block, { groups, shared }: Aliasing, fn: ir.FunctionIR): ir.Block {
  const joined = groups.filter(
    (group) => group.length > 1 && group.every((i) => declarationOf(shadows, fn.parameters[i])),
  );
  const inGroup = new Set(joined.flat().map((i) => fn.parameters[i]));
  const apart = shadows.flatMap((s): ir.Block => {
    const of = s.kind === "let" ? s.variable.shadowOf : undefined;
    if (!of || inGroup.has(of)) return [];
    const isShared = shared.has(fn.parameters.indexOf(of));
    return s.kind === "let" && s.value?.kind === "zeros" && isShared
      ? [{ ...s, value: { ...s.value, aliased: true } }]
      : [s];
  });
  return [
    ...apart,
    ...joined.flatMap((group) =>
      joinGroup(
        shadows,
        group.map((i) => fn.parameters[i]),
      ),
    ),
  ];
}

function declarationOf(shadows: ir.Block, parameter: ir.Variable): ir.Variable | undefined {
  for (const s of shadows) if (s.kind === "let" && s.variable.shadowOf === parameter) return s.variable;
  return undefined;
}

function joinGroup(shadows: ir.Block, group: readonly ir.Variable[]): ir.Block {
  const own = group.map((parameter) => declarationOf(shadows, parameter)).filter((shadow) => shadow !== undefined);
  const [{ type }] = group;
  if (isFlat(type) && group.every((parameter) => sameType(parameter.type, type))) {
    return group.flatMap((parameter, i): ir.Block => [
      { kind: "let", variable: own[i], value: zeros(read(parameter), own[i].type), derived: true },
      ...group.slice(0, i).map((earlier, j): ir.Statement => {
        const then: ir.Block = [{ kind: "set", target: read(own[i]), value: read(own[j]), derived: true }];
        return { kind: "if", test: binary("===", read(parameter), read(earlier)), then, else: [], derived: true };
      }),
    ]);
  }
  const listType: ir.TupleType = { kind: "tuple", elements: group.map((parameter) => parameter.type) };
  const shadowListType: ir.TupleType = { kind: "tuple", elements: own.map((shadow) => shadow.type) };
  const list = variable("parameters", listType);
  const shadowList = variable("shadows", shadowListType, "shadow");
  return [
    {
      kind: "let",
      variable: list,
      value: { kind: "arrayLiteral", type: listType, elements: group.map(read) },
      derived: true,
    },
    {
      kind: "let",
      variable: shadowList,
      value: { kind: "zeros", like: read(list), type: shadowListType, aliased: true },
      derived: true,
    },
    ...own.map((shadow, i): ir.Statement => ({
      kind: "let",
      variable: shadow,
      value: element(read(shadowList), constant(i)),
      derived: true,
    })),
  ];
}

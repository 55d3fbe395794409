import {
  add,
  binary,
  boolean,
  constant,
  isAllocation,
  isReference,
  isTensor,
  lengthOf,
  read,
  shadowType,
  typeOf,
  variable,
  zeroLike,
  zeroOf,
  zeros,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { notYet } from "../diagnostics/catalog.ts";
import { DifferentiationError } from "../diagnostics/diagnostic.ts";
import { adjoint, dependsOnActive } from "./adjoint.ts";
import type { Reversed } from "./reverse-block.ts";
import {
  adjointName,
  adjointPlace,
  declare,
  mirror,
  newTape,
  shadowOf,
  type Frame,
  type Reversal,
} from "./reversal.ts";
import { shadowOfAllocation, adjointOfAllocation } from "./reverse-allocation.ts";

const nowhere = { file: "", start: 0, end: 0, line: 1, column: 1 };

export function reverseLet(reversal: Reversal, statement: ir.Let): Reversed {
  const { variable: local, value, origin } = statement;
  const shadow = reversal.shadows.get(local);
  if (local.type.kind === "tape") {
    const shadowTape: ir.Block = shadow
      ? [
          {
            kind: "let",
            variable: shadow,
            value: { kind: "newTape", type: shadow.type as ir.TapeType },
            origin,
            derived: true,
          },
        ]
      : [];
    return { forward: [statement, ...shadowTape], backward: [] };
  }
  const own = reversal.adjoints.get(local);
  if (!shadow)
    return { forward: [statement], backward: own && value ? adjoint(reversal, value, read(own), origin, local) : [] };
  if (value?.kind === "extern" && value.operands.some((operand) => dependsOnActive(reversal, operand))) {
    throw new DifferentiationError([
      notYet(origin ?? nowhere, "reverse mode over a `jvp` that copies nested arguments"),
    ]);
  }
  if (value && isAllocation(value)) {
    const before: ir.Statement[] = [];
    const made = shadowOfAllocation(reversal, value, local, shadow, before);
    return {
      forward: [statement, ...before, { kind: "let", variable: shadow, value: made, origin, derived: true }],
      backward: adjointOfAllocation(reversal, value, local, origin),
    };
  }
  const made = value && shadowOrZeros(reversal, value, shadow.type);
  return { forward: [statement, { kind: "let", variable: shadow, value: made, origin, derived: true }], backward: [] };
}

/** The shadow of a reference; fresh zeros for memory that has none, such as a constant of the module. */
export function shadowOrZeros(reversal: Reversal, expression: ir.Expression, type: ir.Type): ir.Expression {
  return (
    shadowOf(reversal, expression) ?? (typeOf(expression).kind === "nothing" ? expression : zeros(expression, type))
  );
}

/** A store: what it overwrites is saved; a reference takes its shadow along. */
export function reverseSet(reversal: Reversal, statement: ir.SetPlace): Reversed {
  const { target, value, origin } = statement;
  const isRef = isReference(typeOf(target));
  const old = saveSite(reversal, target, nameOf(target), origin);
  const shadow = isRef ? (shadowOf(reversal, target) as ir.Place | undefined) : undefined;
  if (shadow) {
    const oldShadow = saveSite(reversal, shadow, adjointName(nameOf(target)), origin);
    const made = shadowOrZeros(reversal, value, typeOf(shadow));
    return {
      forward: [
        old.save,
        oldShadow.save,
        statement,
        { kind: "set", target: shadow, value: made, origin, derived: true },
      ],
      backward: [oldShadow.restore, old.restore],
    };
  }
  const place = isRef ? undefined : adjointPlace(reversal, target);
  if (!place) return { forward: [old.save, statement], backward: [old.restore] };
  const taken = variable("dNew", typeOf(place));
  // A store outside a typed array is ignored, so nothing depends on it; the shadow has no such element either.
  const present = statement.mayMiss ? binary("??", place, constant(0)) : place;
  return {
    forward: [old.save, statement, ...reshaped(reversal, target, origin)],
    backward: [
      old.restore,
      { kind: "let", variable: taken, value: present, origin, derived: true },
      { kind: "set", target: place, value: cleared(reversal, target), origin, derived: true },
      ...adjoint(reversal, value, read(taken), origin),
    ],
  };
}

/** Where a tensor is stored in memory, the shadow, which is zero before the backward pass, takes its shape. */
function reshaped(reversal: Reversal, target: ir.Place, origin?: ir.Origin): ir.Block {
  const shadow = target.kind === "read" ? undefined : (shadowOf(reversal, target) as ir.Place | undefined);
  return shadow && typeOf(target).kind === "tensor"
    ? [{ kind: "set", target: shadow, value: zeroLike(target), origin, derived: true }]
    : [];
}

/** Zero for the adjoint of what stands in a place again; in memory, which may be returned, in the shape of that. */
function cleared(reversal: Reversal, target: ir.Place): ir.Expression {
  return target.kind === "read" ? zeroOf(typeOf(target)) : zeroLike(mirror(reversal, target));
}

/** The adjoint of a variable, for a place that may be returned: that of a tensor has its shape, used or not. */
export function shapedAdjoint(reversal: Reversal, value: ir.Read): ir.Expression {
  const own = adjointPlace(reversal, value);
  const { type } = value.variable;
  if (!isTensor(type)) return own ?? zeroOf(type);
  const shaped = zeroLike(mirror(reversal, value));
  return own ? add(shaped, own) : shaped;
}

interface SaveSite {
  readonly save: ir.Statement;
  readonly restore: ir.Statement;
}

function saveSite(reversal: Reversal, target: ir.Place, name: string, origin?: ir.Origin): SaveSite {
  const tape = newTape(reversal, name, typeOf(target));
  return {
    save: { kind: "save", tape, value: target, origin, derived: true },
    restore: { kind: "restore", tape, target: mirror(reversal, target), declares: false, origin, derived: true },
  };
}

/** The name of what a place denotes. */
export function nameOf(expression: ir.Expression): string {
  switch (expression.kind) {
    case "read":
      return expression.variable.name;
    case "element":
      return nameOf(expression.array);
    case "field":
      return expression.name;
    default:
      return "value";
  }
}

/** `push`: the shadow array grows along. */
export function reverseAppend(reversal: Reversal, statement: ir.Append): Reversed {
  const { array, value, origin } = statement;
  const shadow = shadowOf(reversal, array);
  const shrink: ir.Statement = { kind: "remove", array: mirror(reversal, array), origin, derived: true };
  if (!shadow) return { forward: [statement], backward: [shrink] };
  const mirroredShadow = mirror(reversal, shadow);
  if (isReference(typeOf(value))) {
    const made = shadowOrZeros(reversal, value, (typeOf(shadow) as ir.ArrayType).element);
    const before: ir.Statement[] = [];
    const pushed = isAllocation(made) ? nameMade(made, before, origin) : made;
    // The shadow first: which one it is may depend on the length.
    return {
      forward: [...before, { kind: "append", array: shadow, value: pushed, origin, derived: true }, statement],
      backward: [{ kind: "remove", array: mirroredShadow, origin, derived: true }, shrink],
    };
  }
  const taken = variable("dNew", (typeOf(shadow) as ir.ArrayType).element);
  return {
    forward: [statement, { kind: "append", array: shadow, value: zeroLike(value), origin, derived: true }],
    backward: [
      { kind: "remove", array: mirroredShadow, result: taken, origin, derived: true },
      shrink,
      ...adjoint(reversal, value, read(taken), origin),
    ],
  };
}

function nameMade(made: ir.Expression, before: ir.Statement[], origin?: ir.Origin): ir.Expression {
  const named = variable("fresh", typeOf(made), "shadow");
  before.push({ kind: "let", variable: named, value: made, origin, derived: true });
  return read(named);
}

/** `pop`: the backward pass puts the element back, unless there was none. */
export function reverseRemove(reversal: Reversal, statement: ir.Remove, frame: Frame): Reversed {
  const { array, origin } = statement;
  const element = (typeOf(array) as ir.ArrayType).element;
  const popped = statement.result ?? variable("popped", element);
  const had = variable("had", boolean);
  const shadow = shadowOf(reversal, array);
  if (!statement.result) declare(reversal, frame, popped, shadow !== undefined && shadowType(element) !== undefined);
  declare(reversal, frame, had);
  const shadowOfPopped = reversal.shadows.get(popped);
  const back: ir.Statement[] = [
    { kind: "append", array: mirror(reversal, array), value: mirror(reversal, read(popped)), origin, derived: true },
  ];
  const forward: ir.Statement[] = [
    { kind: "let", variable: had, value: binary(">", lengthOf(array), constant(0)), origin },
    { ...statement, result: popped },
  ];
  if (shadow && shadowType(element)) {
    forward.push({ kind: "remove", array: shadow, result: shadowOfPopped, origin, derived: true });
    const own = shadowOfPopped ? mirror(reversal, read(shadowOfPopped)) : shapedAdjoint(reversal, read(popped));
    back.push({ kind: "append", array: mirror(reversal, shadow), value: own, origin, derived: true });
  }
  return {
    forward,
    backward: [{ kind: "if", test: mirror(reversal, read(had)), then: back, else: [], origin, derived: true }],
  };
}

/** Reversing a derivative: the adjoint of a push is a pop of the shadow tape. */
export function reverseSave(reversal: Reversal, statement: ir.Save): Reversed {
  const { tape, value, origin } = statement;
  const shadow = reversal.shadows.get(tape);
  if (!shadow) return { forward: [statement], backward: [] };
  if (isReference(typeOf(value))) {
    const made = shadowOrZeros(reversal, value, (shadow.type as ir.TapeType).element);
    return { forward: [statement, { kind: "save", tape: shadow, value: made, origin, derived: true }], backward: [] };
  }
  const taken = variable("dNew", (shadow.type as ir.TapeType).element);
  const take: ir.Statement = {
    kind: "restore",
    tape: mirror(reversal, read(shadow)).variable,
    target: read(taken),
    declares: true,
    origin,
    derived: true,
  };
  return { forward: [statement], backward: [take, ...adjoint(reversal, value, read(taken), origin)] };
}

/** … and the adjoint of a pop a push on it. What the primal tape held is read by nobody in the backward pass. */
export function reverseRestore(reversal: Reversal, statement: ir.Restore): Reversed {
  const { tape, target, declares, origin } = statement;
  const shadow = reversal.shadows.get(tape);
  const isRef = isReference(typeOf(target));
  const sites = declares ? [] : [saveSite(reversal, target, nameOf(target), origin)];
  const place = isRef ? (shadowOf(reversal, target) as ir.Place | undefined) : adjointPlace(reversal, target);
  if (isRef && place && shadow) {
    if (!declares) sites.push(saveSite(reversal, place, adjointName(nameOf(target)), origin));
    return {
      forward: [
        ...sites.map((site) => site.save),
        statement,
        { kind: "restore", tape: shadow, target: place, declares, origin, derived: true },
      ],
      backward: sites.map((site) => site.restore).reverse(),
    };
  }
  const forward = [...sites.map((site) => site.save), statement, ...reshaped(reversal, target, origin)];
  const restores = sites.map((site) => site.restore);
  if (!place || isRef) return { forward, backward: restores };
  if (!shadow) {
    const clear: ir.Statement = { kind: "set", target: place, value: cleared(reversal, target), origin, derived: true };
    return { forward, backward: declares ? restores : [...restores, clear] };
  }
  const taken = variable("dNew", typeOf(place));
  return {
    forward,
    backward: [
      ...restores,
      { kind: "let", variable: taken, value: place, origin, derived: true },
      { kind: "set", target: place, value: cleared(reversal, target), origin, derived: true },
      { kind: "save", tape: mirror(reversal, read(shadow)).variable, value: read(taken), origin, derived: true },
    ],
  };
}

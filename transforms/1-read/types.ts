/** Types of TypeScript → types of the IR. */
import type { Diagnostic } from "../diagnostics.ts";
import * as catalog from "../diagnostics.ts";
import {
  arrayOf,
  boolean,
  index,
  isReference,
  nothing,
  real,
  sameType,
  string,
  tensor,
  withLiteralsOf,
} from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { tensorFile } from "../own-package.ts";
import { ts } from "../typescript.ts";
import { locationOf, refuse, type Scope } from "./scope.ts";
import { isLibrary } from "./symbols.ts";

/** Typed arrays by name: how they keep their elements. */
export const typedArrays: Readonly<Record<string, ir.Storage>> = {
  Float64Array: "f64",
  Float32Array: "f32",
  Int8Array: "i8",
  Uint8Array: "u8",
  Uint8ClampedArray: "u8c",
  Int16Array: "i16",
  Uint16Array: "u16",
  Int32Array: "i32",
  Uint32Array: "u32",
};

/** Types that are passed on without being looked into. */
const opaqueTypes: ReadonlySet<string> = new Set([
  "Error",
  "RangeError",
  "TypeError",
  "SyntaxError",
  "EvalError",
  "URIError",
  "Console",
]);

type Problem = (at: catalog.Location, what: string, type: string) => Diagnostic;

/** Why a type has no counterpart. */
class Unsupported extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super("unsupported type");
    this.problem = problem;
  }
}

/** The type of a typed array's or plain array's elements, by storage. */
export function typedArray(storage: ir.Storage): ir.ArrayType {
  return arrayOf(storage === "f64" || storage === "f32" ? real : index, storage);
}

/** What type parameters stand for in a function that is specialised for its call. */
export type TypeBindings = ReadonlyMap<ts.Type, ir.Type>;

/** Where types are converted. */
interface Conversion {
  readonly checker: ts.TypeChecker;
  readonly bindings: TypeBindings;
}

/** The IR type of a TypeScript type; refuses what has none, in the words of `what` at `node`. */
export function readType(scope: Scope, type: ts.Type, node: ts.Node, what: string): ir.Type {
  try {
    return convert(type, { checker: scope.checker, bindings: scope.types }, []);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    refuse(scope, error.problem(locationOf(node), what, scope.checker.typeToString(type)));
  }
}

/** The IR type of a TypeScript type in a function, or undefined where it has none. */
export function typeIn(scope: Scope, type: ts.Type): ir.Type | undefined {
  return tryType(type, scope.checker, scope.types);
}

/** The IR type of a TypeScript type, or undefined where it has none. */
export function tryType(
  type: ts.Type,
  checker: ts.TypeChecker,
  bindings: TypeBindings = new Map(),
): ir.Type | undefined {
  try {
    return convert(type, { checker, bindings }, []);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

function convert(type: ts.Type, conversion: Conversion, outer: readonly ts.Type[]): ir.Type {
  const flags = type.flags;
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))
    throw new Unsupported((at, what, text) =>
      catalog.untypedValue(at, what, text, /^\w+$/.test(text) && !["any", "unknown"].includes(text)),
    );
  if (flags & ts.TypeFlags.BigIntLike) throw new Unsupported((at) => catalog.bigInteger(at));
  if (flags & ts.TypeFlags.NumberLike) return real;
  if (flags & ts.TypeFlags.BooleanLike) return boolean;
  if (type.isStringLiteral() && !(flags & ts.TypeFlags.EnumLiteral)) return { ...string, literals: [type.value] };
  if (flags & ts.TypeFlags.StringLike) return string;
  if (flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Null | ts.TypeFlags.Never)) return nothing;
  if (type.isUnion()) return convertUnion(type, conversion, outer);
  if (flags & ts.TypeFlags.TypeParameter) {
    const known = conversion.bindings.get(type);
    if (known) return known;
    const constraint = conversion.checker.getBaseConstraintOfType(type);
    if (!constraint || constraint.flags & ts.TypeFlags.Unknown) throw new Unsupported(catalog.genericFunction);
    return convert(constraint, conversion, outer);
  }
  if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.NumberLike)) return real;
  if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return convertObject(type, conversion, outer);
  throw new Unsupported(catalog.unsupportedType);
}

function convertUnion(type: ts.UnionType, conversion: Conversion, outer: readonly ts.Type[]): ir.Type {
  const isMissing = (part: ts.Type): boolean => (part.flags & (ts.TypeFlags.VoidLike | ts.TypeFlags.Null)) !== 0;
  const present = type.types.filter((part) => !isMissing(part)).map((part) => convert(part, conversion, outer));
  if (present.length === 0) return nothing;
  // What takes a tensor or a number is given either; a number counts as a tensor without axes.
  const isOperand = present.some((part) => part.kind === "tensor") && present.every(isTensorOrNumber);
  if (isOperand && present.length === type.types.length) return { ...tensor, orNumber: true };
  if (!present.every((part) => sameType(part, present[0]))) throw new Unsupported(catalog.unionOfReferences);
  const first = present.reduce(withLiteralsOf);
  if (present.length === type.types.length) return first;
  if (isReference(first) || first.kind === "opaque") throw new Unsupported(catalog.maybeReference);
  return { kind: "maybe", of: first };
}

function isTensorOrNumber(type: ir.Type): boolean {
  return type.kind === "tensor" || type.kind === "real";
}

function isTensor(symbol: ts.Symbol): boolean {
  return (
    symbol.name === "Tensor" && (symbol.declarations ?? []).some((of) => of.getSourceFile().fileName === tensorFile)
  );
}

function convertObject(type: ts.Type, conversion: Conversion, outer: readonly ts.Type[]): ir.Type {
  const { checker } = conversion;
  if (outer.includes(type) || outer.length > 24)
    throw new Unsupported((at, _what, text) => catalog.recursiveType(at, text));
  const inside = [...outer, type];
  if (checker.isTupleType(type)) return convertTuple(type as ts.TupleTypeReference, conversion, inside);
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    return withReadonly(arrayOf(convert(element, conversion, inside)), type.symbol.name === "ReadonlyArray");
  }
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0)
    throw new Unsupported((at, what) => catalog.unknownFunction(at, what));
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol && isTensor(symbol)) return tensor;
  if (symbol && isLibrary(symbol)) {
    if (symbol.name in typedArrays) return typedArray(typedArrays[symbol.name]);
    if (opaqueTypes.has(symbol.name)) return { kind: "opaque", text: symbol.name };
    if (!type.aliasSymbol && !isAnonymous(symbol)) throw new Unsupported(catalog.unsupportedType);
  }
  return convertRecord(type, conversion, inside);
}

function withReadonly(type: ir.ArrayType, isReadonly: boolean): ir.ArrayType {
  return isReadonly ? { ...type, readonly: true } : type;
}

/** Object types without a name of their own, mapped types (`Pick`, `Record`) included. */
function isAnonymous(symbol: ts.Symbol): boolean {
  return (symbol.flags & (ts.SymbolFlags.TypeLiteral | ts.SymbolFlags.ObjectLiteral)) !== 0;
}

function convertTuple(type: ts.TupleTypeReference, conversion: Conversion, outer: readonly ts.Type[]): ir.TupleType {
  const { checker } = conversion;
  const { elementFlags, labeledElementDeclarations } = type.target;
  if (elementFlags.some((flag) => flag !== ts.ElementFlags.Required))
    throw new Unsupported((at, what) => catalog.notYet(at, `the optional or rest element in the tuple \`${what}\``));
  const elements = checker.getTypeArguments(type).map((element) => convert(element, conversion, outer));
  const labels = labeledElementDeclarations?.map((label) =>
    label && ts.isIdentifier(label.name) ? label.name.text : "",
  );
  return {
    kind: "tuple",
    elements,
    ...(labels?.every((label) => label !== "") && labels.length > 0 && { labels }),
    ...(type.target.readonly && { readonly: true }),
  };
}

function convertRecord(type: ts.Type, conversion: Conversion, outer: readonly ts.Type[]): ir.RecordType {
  const { checker } = conversion;
  if (type.isClass() || (type.symbol?.flags ?? 0) & ts.SymbolFlags.Class)
    throw new Unsupported((at, what) => catalog.classOrThis(at, `\`${what}\`, an instance of a class,`));
  if (checker.getIndexInfosOfType(type).length > 0) throw new Unsupported(catalog.unsupportedType);
  const fields = checker.getPropertiesOfType(type).map((property) => {
    if (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) {
      throw new Unsupported((at, what) =>
        catalog.notYet(at, `the method \`${property.name}\` of \`${what}\``, "use a function that takes the record"),
      );
    }
    return { name: property.name, type: convert(checker.getTypeOfSymbol(property), conversion, outer) };
  });
  return { kind: "record", fields };
}

/** Makes one batch of several records. */
import { newData, showShape, Tensor } from "../tensor/tensor.ts";

/** What cannot be walked into: it is put into an array. */
type Whole = number | string | boolean | bigint | symbol | null | undefined | readonly unknown[] | ArrayBufferView;

/** The batch of records of type `R`: tensors are stacked along a new axis 0, records field by field, all else in an array. */
export type Stacked<R> = R extends Tensor
  ? Tensor
  : R extends Whole | ((...parameters: never) => unknown)
    ? R[]
    : { readonly [K in keyof R]: Stacked<R[K]> };

/**
 * The batch of some records: tensors become one tensor with a new axis 0, the fields of records are batched each for
 * itself, and anything else (numbers, strings, arrays) becomes an array.
 *
 * Throws an Error that names the field where tensors differ in shape or precision or records in their fields, and where
 * there is no record.
 */
export function stackRecords<R>(records: readonly R[]): Stacked<R> {
  if (records.length === 0) throw new RangeError("a batch of no records");
  return stackParts(records, "") as Stacked<R>;
}

function stackParts(parts: readonly unknown[], path: string): unknown {
  const first = parts[0];
  if (first instanceof Tensor) return stackTensors(parts, first, path);
  if (!isRecord(first)) return [...parts];
  const names = Object.keys(first);
  for (const [k, part] of parts.entries())
    if (
      !isRecord(part) ||
      Object.keys(part).length !== names.length ||
      !names.every((name) => Object.hasOwn(part, name))
    )
      throw new TypeError(
        `batch: records 0 and ${k} have different fields${path === "" ? "" : ` in ${path.slice(1)}`}`,
      );
  const partsOf = (name: string): unknown[] => parts.map((part) => (part as Record<string, unknown>)[name]);
  return Object.fromEntries(names.map((name) => [name, stackParts(partsOf(name), `${path}.${name}`)]));
}

function stackTensors(parts: readonly unknown[], first: Tensor, path: string): Tensor {
  const data = newData(first.dtype, first.size * parts.length);
  for (const [k, part] of parts.entries()) {
    if (!(part instanceof Tensor) || !alike(part, first)) {
      const where = path === "" ? "batch" : `batch: ${path.slice(1)}`;
      throw new RangeError(`${where} is ${describe(first)} in record 0, but ${describe(part)} in record ${k}`);
    }
    data.set(part.data, k * first.size);
  }
  return new Tensor([parts.length, ...first.shape], first.dtype, data);
}

function alike(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

function describe(value: unknown): string {
  return value instanceof Tensor ? `${value.dtype} ${showShape(value.shape)}` : `a ${typeof value}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

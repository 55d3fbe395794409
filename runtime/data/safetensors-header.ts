/** The header of a safetensors file, which may come from anywhere: nothing in it is believed. */
import { elementKinds, type ElementKind } from "./elements.ts";
import { repeatedKey } from "./repeated-key.ts";

/** One tensor of a file. */
export interface Entry {
  readonly name: string;
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  /** Where its numbers stand among the data. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begin in the file. */
  readonly dataStart: number;
}

/** The limit of the reference implementation. */
const longestHeader = 100_000_000;

/**
 * Reads and checks the header of a whole file. Throws an Error that names the file, and the tensor if one is to blame.
 *
 * The format: https://github.com/huggingface/safetensors, "Format": the length of the header in 8 bytes, the header in
 * JSON, the data, which the tensors cover without holes and without overlap.
 */
export function readHeader(bytes: Uint8Array, file: string): Header {
  const [parsed, dataStart] = parseHeader(bytes, file);
  const { __metadata__: metadata = {}, ...infos } = parsed;
  const entries = Object.entries(infos)
    .map(([name, info]) => entryOf(name, info, `${file}: tensor ${JSON.stringify(name)}`))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered)
      throw new Error(
        `${file}: tensor ${JSON.stringify(name)} begins at byte ${begin} of the data, ${begin < covered ? "inside another one, which ends" : "but what is before it ends"} at ${covered}`,
      );
    covered = end;
  }
  const length = bytes.length - dataStart;
  if (covered > length)
    throw new Error(`${file}: it is cut off: its tensors need ${covered} bytes of data, it has ${length}`);
  if (covered < length) throw new Error(`${file}: ${length - covered} bytes at its end belong to no tensor`);
  return { entries, metadata: checkedMetadata(metadata, file), dataStart };
}

function parseHeader(bytes: Uint8Array, file: string): [header: Record<string, unknown>, dataStart: number] {
  if (bytes.length < 8) throw new Error(`${file}: ${bytes.length} bytes are no safetensors file`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(longestHeader))
    throw new Error(`${file}: a header of ${declared.toString()} bytes: it is no safetensors file, or a damaged one`);
  const dataStart = 8 + Number(declared);
  if (dataStart > bytes.length)
    throw new Error(`${file}: it is cut off: its header ends at byte ${dataStart}, the file at ${bytes.length}`);
  let parsed: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataStart));
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: its header is not valid JSON`, { cause: error });
  }
  if (!text.startsWith("{") || !isRecord(parsed)) throw new Error(`${file}: its header does not begin with {`);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new Error(`${file}: its header has ${JSON.stringify(repeated)} twice in one place`);
  return [parsed, dataStart];
}

function entryOf(name: string, info: unknown, where: string): Entry {
  if (!isRecord(info)) throw new Error(`${where}: its entry is not a record`);
  const { dtype, shape, data_offsets: offsets, ...others } = info;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${where}: its entry has the unknown field ${JSON.stringify(unknown)}`);
  const kind = typeof dtype === "string" ? elementKinds.get(dtype) : undefined;
  if (kind === undefined) throw new Error(`${where}: numbers of the kind ${JSON.stringify(dtype)} cannot be read`);
  if (!isCounts(shape)) throw new Error(`${where}: its shape is ${JSON.stringify(shape)}, not a list of lengths`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw new Error(`${where}: its offsets are ${JSON.stringify(offsets)}, not where it begins and ends`);
  const [begin, end] = offsets;
  const needed = byteLength(shape, kind.bytes);
  if (needed === undefined) throw new Error(`${where}: the shape [${shape.join(", ")}] is too large`);
  if (end - begin !== needed)
    throw new Error(`${where}: the shape [${shape.join(", ")}] needs ${needed} bytes, not ${end - begin}`);
  return { name, kind, shape, begin, end };
}

/** `undefined` where the product, or a part of it, is no exact number. */
function byteLength(shape: readonly number[], bytes: number): number | undefined {
  let product = bytes;
  for (const length of shape) {
    product *= length;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return product;
}

function checkedMetadata(metadata: unknown, file: string): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) throw new Error(`${file}: its __metadata__ is not a record`);
  for (const [name, value] of Object.entries(metadata))
    if (typeof value !== "string")
      throw new Error(`${file}: ${JSON.stringify(name)} of its __metadata__ is not a string`);
  return metadata as Record<string, string>;
}

/** Whether it is a list of integers of at least 0. A -0, which JSON can write, is none. */
function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

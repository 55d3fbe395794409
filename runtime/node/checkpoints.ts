/** Checkpoints on the disk, of which one is whole whenever the process or the machine stops. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeState, encodeState } from "../data/state.ts";
import type { CheckpointStore } from "../train/options.ts";
import { syncFolder, writeAside } from "./write-file.ts";

export interface CheckpointsOptions {
  /** Gets the message that a file is damaged; `console.warn` unless given. */
  readonly warn?: (message: string) => void;
}

/**
 * Keeps the last two checkpoints of one run in a folder, or in a file whose name ends in `.safetensors` and another one
 * beside it. Only one process at a time may write there.
 *
 * A new one is written aside and put on the disk before it takes the place of the last one, which is then the previous
 * one. A file that is not what was written (cut off, damaged) is found by its checksum: `load` says so and takes the
 * previous one. It throws an Error where both are damaged.
 */
export function checkpoints(path: string, { warn = console.warn }: CheckpointsOptions = {}): CheckpointStore {
  const file = path.endsWith(".safetensors") ? path : join(path, "checkpoint.safetensors");
  const previous = file.replace(/\.safetensors$/, ".previous.safetensors");
  // Saves wait for each other; a save that fails is the business of its caller, not of the next one.
  let last: Promise<unknown> = Promise.resolve();
  // A damaged file must not take the place of the previous one, which may be the only good one.
  let isLastGood: boolean | undefined;

  async function save(state: unknown): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const aside = await writeAside(file, sealed(state));
    isLastGood ??= (await found(file)).state === "good";
    if (isLastGood) await rename(file, previous);
    await rename(aside, file);
    await syncFolder(file);
    isLastGood = true;
  }

  return {
    async load() {
      const [newest, older] = [await found(file), await found(previous)];
      isLastGood = newest.state === "good";
      if (newest.state === "good") return newest.value;
      if (newest.state === "damaged" && older.state === "good") {
        warn(`${newest.reason.message}; the previous checkpoint ${previous} is used`);
        return older.value;
      }
      if (older.state === "good") return older.value;
      for (const { reason } of [newest, older].filter((one) => one.state === "damaged")) throw reason;
      return undefined;
    },
    save(state) {
      const saved = last.then(() => save(state));
      last = saved.catch(() => undefined);
      return saved;
    },
  };
}

type Found =
  | { readonly state: "good"; readonly value: unknown }
  | { readonly state: "damaged"; readonly reason: Error }
  | { readonly state: "missing" };

async function found(file: string): Promise<Found> {
  try {
    return { state: "good", value: opened(await readFile(file), file) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { state: "missing" };
    const reason = error instanceof Error ? error.message : String(error);
    return { state: "damaged", reason: new Error(`the checkpoint is damaged: ${reason}`, { cause: error }) };
  }
}

/** The checksum of a file stands in its own header: it is taken over the file with zeros in its place. */
const noChecksum = "0".repeat(64);
const label = '"sha256":"';

function sealed(state: unknown): Uint8Array {
  const bytes = encodeState(state, { sha256: noChecksum });
  placeOfChecksum(bytes)?.set(Buffer.from(createHash("sha256").update(bytes).digest("hex")));
  return bytes;
}

function opened(bytes: Uint8Array, file: string): unknown {
  const place = placeOfChecksum(bytes);
  if (!place) throw new Error(`${file} has no checksum`);
  const written = Buffer.from(place).toString();
  place.set(Buffer.from(noChecksum));
  if (createHash("sha256").update(bytes).digest("hex") !== written) throw new Error(`${file} is not as it was written`);
  return decodeState(bytes, file);
}

/** Where the checksum stands. The quotes make the place unique: inside the strings of a JSON text they have backslashes. */
function placeOfChecksum(bytes: Uint8Array): Uint8Array | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(label);
  const begin = at + label.length;
  return at < 0 || begin + 64 > bytes.length ? undefined : bytes.subarray(begin, begin + 64);
}

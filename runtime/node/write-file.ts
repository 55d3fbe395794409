/** Files that are there as a whole or not at all. */
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes beside `path` and waits until it is on the disk: the name of the file that holds the bytes. */
export async function writeAside(path: string, bytes: Uint8Array | string): Promise<string> {
  const aside = `${path}.part`;
  const file = await open(aside, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(aside, { force: true });
    throw error;
  }
  await file.close();
  return aside;
}

/** Writes `path` in one step: who looks sees what was there before, or all of it. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await rename(await writeAside(path, bytes), path);
  await syncFolder(path);
}

/** Puts the names in the folder of `path` on the disk, where the system knows how. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), "r");
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders: its file system keeps the order of renames by itself.
  }
}

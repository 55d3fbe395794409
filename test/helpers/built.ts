/** The built package, as users have it: tests of the front door run against it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  bin?: string | Record<string, string>;
};
const bin = typeof manifest.bin === "string" ? manifest.bin : (manifest.bin?.["cotangent"] ?? "dist/src/cli/main.js");

/** The file of the `cotangent` command. */
export const command = join(root, bin);

/** Builds the package if that has not been done. */
export function built(): void {
  if (existsSync(command)) return;
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm run build failed\n${stdout}${stderr}`);
}

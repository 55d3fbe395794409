// Writes runtime/kernels/simd.generated.ts: the binaries of runtime/kernels/assembly in base64, so that no host has to
// find a file. Nothing is compiled where the file comes from the same sources, except with --check.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = "runtime/kernels/assembly";
const target = "runtime/kernels/simd.generated.ts";

function fingerprint() {
  const { assemblyscript } = JSON.parse(readFileSync("package.json", "utf8")).devDependencies;
  const hash = createHash("sha256").update(assemblyscript);
  const sources = readdirSync(folder).map((name) => `${folder}/${name}`);
  for (const path of [...sources.sort(), "scripts/kernels.mjs"]) hash.update(path).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}

async function compile(...features) {
  const { default: asc } = await import("assemblyscript/asc");
  const enabled = features.flatMap((feature) => ["--enable", feature]);
  let binary;
  const { error, stderr } = await asc.main(
    [`${folder}/index.ts`, "-O3", "--noAssert", "--runtime", "stub", ...enabled, "--outFile", "kernels.wasm"],
    { writeFile: (_name, bytes) => (binary = bytes) },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}

async function generated() {
  return `/** The binaries of \`assembly/\` in base64; written by \`npm run kernels\`. Sources: ${fingerprint()} */
export const simd =
  "${await compile("simd")}";

/** The same with fused multiply-add, where the host knows relaxed SIMD. */
export const relaxed =
  "${await compile("simd", "relaxed-simd")}";
`;
}

const present = existsSync(target) ? readFileSync(target, "utf8") : "";
if (process.argv.includes("--check")) {
  if (present !== (await generated())) throw new Error(`${target} is out of date: run npm run kernels`);
} else if (!present.includes(` Sources: ${fingerprint()} `)) writeFileSync(target, await generated());

// Writes src/declarations.generated.ts: the package's own sources as text, so that a program in memory can resolve "cotangent".
import { readFileSync, writeFileSync } from "node:fs";

const files = { "index.ts": "src/index.ts", "types.ts": "src/types.ts", "runtime/index.ts": "runtime/index.ts" };
for (const [, name] of readFileSync("runtime/index.ts", "utf8").matchAll(/from "\.\/([\w/-]+\.ts)"/g))
  files[`runtime/${name}`] = `runtime/${name}`;
const entries = Object.entries(files).map(
  ([name, path]) => `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(path, "utf8"))},`,
);
const text = `/** The package's own sources; written by \`npm run embed\`. */\nexport const declarations: Readonly<Record<string, string>> = {\n${entries.join("\n")}\n};\n`;
const target = "src/declarations.generated.ts";
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) throw new Error(`${target} is out of date: run npm run embed`);
} else writeFileSync(target, text);

// Writes src/declarations.generated.ts: the package's own sources as text, so that a program in memory can resolve "cotangent".
import { readFileSync, writeFileSync } from "node:fs";
import { posix } from "node:path";

const files = {};
const add = (path) => {
  if (files[path]) return;
  files[path] = path;
  for (const [, specifier] of readFileSync(path, "utf8").matchAll(/from "(\.[^"]+\.ts)"/g))
    add(posix.join(posix.dirname(path), specifier));
};
add("src/index.ts");
add("runtime/index.ts");
add("runtime/nn.ts");
const entries = Object.entries(files).map(
  ([name, path]) => `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(path, "utf8"))},`,
);
const text = `/** The package's own sources; written by \`npm run embed\`. */\nexport const declarations: Readonly<Record<string, string>> = {\n${entries.join("\n")}\n};\n`;
const target = "src/declarations.generated.ts";
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) throw new Error(`${target} is out of date: run npm run embed`);
} else writeFileSync(target, text);

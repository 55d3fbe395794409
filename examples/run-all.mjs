// Runs every example in full: `npm run examples` (after a build), or shortened with `--short`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const short = process.argv.slice(2).filter((argument) => argument === "--short");
const programs = [
  ["examples/epidemic/main.ts", ...short],
  ["examples/iris/main.ts", ...short],
  ["examples/perceptron/main.ts", ...short],
  ["examples/xor/main.ts", ...short],
  ["examples/backpropagation/main.ts", ...short],
  ["examples/digits-mlp/main.ts", ...short],
  ["examples/digits-cnn/main.ts", ...short],
  ["examples/moby-dick/main.ts", ...short],
  ["examples/vite/check.ts"],
];

for (const [program, ...options] of programs) {
  console.log(`\n=== ${program}\n`);
  const { status } = spawnSync(process.execPath, ["--import", "cotangent/register", program, ...options], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "cotangent/compiler";

/** Prints what the compiler appends to a module for a call such as `grad(loss)`, where `loss` is exported there. */
export async function printDerivative(model: URL, transformation: string, primal: string, options = ""): Promise<void> {
  const file = fileURLToPath(model);
  const request = fileURLToPath(new URL("request.ts", model));
  const text = [
    `import { ${transformation} } from "cotangent";`,
    `import { ${primal} } from "./${basename(file)}";`,
    `export const derivative = ${transformation}(${primal}${options && `, ${options}`});`,
  ].join("\n");
  const read = (path: string): string | undefined => {
    if (path === request) return text;
    return path.startsWith(fileURLToPath(new URL("..", model))) ? readIfThere(path) : undefined;
  };
  const host = { readFile: read, fileExists: (path: string) => read(path) !== undefined, currentDirectory: "/" };
  const { modules } = await compile(host, { roots: [request] });
  console.log(modules.get(file)?.appended);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

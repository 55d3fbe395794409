import { readFileSync } from "node:fs";
import { compile } from "cotangent/compiler";

/** Prints what the compiler appends to `model.ts` for a call such as `grad(loss)`, where `loss` is exported there. */
export async function printDerivative(model: URL, transformation: string, primal: string, options = ""): Promise<void> {
  const request = [
    `import { ${transformation} } from "cotangent";`,
    `import { ${primal} } from "./model.ts";`,
    `export const derivative = ${transformation}(${primal}${options && `, ${options}`});`,
  ];
  const files = { "model.ts": readFileSync(model, "utf8"), "request.ts": request.join("\n") };
  const { modules } = await compile(files);
  console.log(modules.get("/model.ts")?.appended);
}

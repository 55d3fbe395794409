import { compileProgram } from "../compile.ts";
import { diskProgram, sourcesAt } from "./files.ts";
import { report } from "./report.ts";

/** `cotangent check src`: diagnostics only. */
export async function check(paths: readonly string[]): Promise<number> {
  const { program, diagnostics } = diskProgram(paths.flatMap(sourcesAt));
  const compiled = await compileProgram(program);
  return report([...diagnostics, ...compiled.diagnostics]) ? 1 : 0;
}

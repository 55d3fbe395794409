import { compileProgram } from "../compile.ts";
import { diskProgram, sourcesAt } from "./files.ts";
import { report } from "./report.ts";

/** `cotangent check src`: diagnostics only. */
export async function check(paths: readonly string[]): Promise<number> {
  const files = paths.flatMap(sourcesAt);
  const { program, diagnostics } = diskProgram(files);
  const compiled = await compileProgram(program);
  if (report([...diagnostics, ...compiled.diagnostics])) return 1;
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
  process.stdout.write(
    `${count(files.length, "file")} checked, ${count(compiled.requests.length, "derivative")}: no errors\n`,
  );
  return 0;
}

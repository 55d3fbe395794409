import { ts } from "../transforms/typescript.ts";
import type { Host } from "./program.ts";

/** Some files of a program, with all they import. */
export function reachableFiles(program: ts.Program, roots: Iterable<string>, host: Host): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = program.getSourceFile(path);
    if (!file || file.isDeclarationFile || reached.has(file.fileName)) continue;
    reached.add(file.fileName);
    for (const { fileName: name } of ts.preProcessFile(file.text, true, true).importedFiles) {
      const { resolvedModule } = ts.resolveModuleName(name, file.fileName, program.getCompilerOptions(), host);
      const path = host.resolve?.(name, file.fileName) ?? resolvedModule?.resolvedFileName;
      if (path !== undefined) waiting.push(path);
    }
  }
  return reached;
}

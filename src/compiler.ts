/** `cotangent/compiler`: the compiler as a function of files in memory. It needs no file system and runs in a browser too. */
export * from "./compile.ts";
export { formatDiagnostics, type FormatOptions } from "./diagnostics/format.ts";

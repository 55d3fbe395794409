import type { Plugin } from "prettier";
import * as estree from "prettier/plugins/estree";
import * as typescript from "prettier/plugins/typescript";
import * as prettier from "prettier/standalone";

/** Formats a piece of TypeScript. Works without a file system. */
export async function format(text: string): Promise<string> {
  return prettier.format(text, { parser: "typescript", plugins: [typescript, estree as Plugin], printWidth: 120 });
}

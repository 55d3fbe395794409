/**
 * `node --import cotangent/register app.ts`: compiles the entry with all it imports before it starts. What is imported
 * later under a computed name is compiled when it is loaded.
 */
import { existsSync } from "node:fs";
import { register } from "node:module";
import { report } from "./cli/report.ts";
import { slashes } from "./disk.ts";
import { errorsOf, newProject } from "./project.ts";
import type { HookData } from "./register-hooks.ts";
import { transpile, withInlineMap } from "./transpile.ts";

process.setSourceMapsEnabled(true);
register("./register-hooks.js", import.meta.url, { data: await compiled(process.argv[1]) });

async function compiled(entry: string | undefined): Promise<HookData> {
  const directory = slashes(process.cwd());
  const path = entry === undefined ? "" : slashes(entry);
  if (!existsSync(path) || !/\.[cm]?[jt]sx?$/.test(path) || path.includes("/node_modules/")) {
    return { directory, entry: undefined, modules: new Map(), appended: new Map() };
  }
  const compilation = await newProject(directory, [path]).compile(path);
  const reachable = compilation.reachable(path);
  const found = compilation.diagnostics.filter(({ file, code }) => reachable.has(file) || code === "CT1003");
  report(found);
  if (errorsOf(found).length > 0) process.exit(1);
  const modules = new Map<string, string>();
  for (const [name, { code, map }] of compilation.modules) {
    modules.set(name, withInlineMap(transpile(name, code, compilation.config.options, map)));
  }
  const appended = new Map([...compilation.modules].map(([name, module]) => [name, module.appended]));
  return { directory, entry: path, modules, appended };
}

/** A module gets a derivative, or another one, when a file elsewhere changes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { context } from "esbuild";
import { createServer } from "vite";
import { expect, onTestFinished, test, vi } from "vitest";
import esbuildPlugin from "../../src/esbuild.ts";
import vitePlugin from "../../src/vite.ts";
import { projectOf, twoFiles } from "./project.ts";

const files: Readonly<Record<string, string>> = {
  ...twoFiles,
  "main.ts": `import { loss } from "./model.ts";
console.log(loss(2, 1));
`,
};

test("esbuild: a rebuild after a request was added", async () => {
  const folder = projectOf(files);
  const outfile = join(folder, "out.mjs");
  const entryPoints = [join(folder, "main.ts")];
  const builder = await context({ entryPoints, outfile, bundle: true, format: "esm", plugins: [esbuildPlugin()] });
  onTestFinished(() => builder.dispose());
  await builder.rebuild();
  expect(readFileSync(outfile, "utf8")).not.toContain("loss_grad");
  writeFileSync(join(folder, "main.ts"), twoFiles["main.ts"]);
  await builder.rebuild();
  expect(readFileSync(outfile, "utf8")).toContain("function loss_grad");
  writeFileSync(join(folder, "model.ts"), twoFiles["model.ts"].replace("x * x", "x * x * x"));
  await builder.rebuild();
  expect(readFileSync(outfile, "utf8")).toMatch(/return 3 \* .*x \* x/);
});

test("vite: the server sends the primal's module again", async () => {
  const folder = projectOf(files);
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "silent",
    plugins: [vitePlugin()],
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, ws: false, watch: { usePolling: true, interval: 50 } },
  });
  onTestFinished(() => server.close());
  const codeOf = async (name: string): Promise<string> => (await server.transformRequest(name))?.code ?? "";
  await codeOf("/main.ts");
  expect(await codeOf("/model.ts")).not.toContain("loss_grad");
  writeFileSync(join(folder, "main.ts"), twoFiles["main.ts"]);
  await vi.waitFor(async () => expect(await codeOf("/main.ts")).toContain("loss_grad"), { timeout: 10_000 });
  expect(await codeOf("/model.ts")).toContain("function loss_grad");
});

/** Everything that the pages show as code is written to a folder and run there; what they show as output is compared. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normalization } from "../transforms/2-normalize/normalize.ts";
import { last, rounds, whole } from "../transforms/pipeline.ts";
import { fileNameOf, fileTextOf, snippetsOf, type Snippet } from "./helpers/snippets.ts";
import { built, command } from "./helpers/built.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith(".md"),
);
const folder = mkdtempSync(join(tmpdir(), "cotangent-docs-"));

beforeAll(() => {
  built();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/cotangent"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  describe(page, () => {
    const snippets = snippetsOf(text);
    const checked = snippets.filter((snippet) => snippet.note !== "");
    if (checked.length > 0)
      test("its commands print what it says", { timeout: 120_000 }, () => {
        for (const snippet of snippets) writeFile(snippet);
        for (const snippet of checked) {
          const [shown, printed] = outputs(snippet, snippets);
          if (snippet.note.startsWith("output:")) expect(printed, `${page}:${snippet.line}`).toContain(shown);
          else expect(printed.trimEnd(), `${page}:${snippet.line}`).toBe(shown.trimEnd());
        }
      });

    test("its links lead somewhere", () => {
      const prose = text.replace(/`[^`\n]*`/g, "");
      for (const [, target] of prose.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        expect(existsSync(resolve(root, dirname(page), target)), `${page} links to ${target}`).toBe(true);
      }
    });
  });
}

test("transforms/README.md lists the passes in the order in which they run", () => {
  const page = readFileSync(join(root, "transforms/README.md"), "utf8");
  const listed = [...page.matchAll(/^\d+\. `(\w+)`/gm)].map(([, name]) => name);
  expect(listed).toEqual([...normalization, ...rounds, ...last, ...whole].map((pass) => pass.name));
});

function writeFile(snippet: Snippet): void {
  const name = snippet.language === "ts" ? fileNameOf(snippet) : undefined;
  if (name !== undefined) writeFileSync(join(folder, name), fileTextOf(snippet));
}

/** What the page shows, and what the command really prints (of which an `output:` block shows a part). */
function outputs(snippet: Snippet, snippets: readonly Snippet[]): [shown: string, printed: string] {
  const show = /^output: cotangent (.*)$/.exec(snippet.note);
  if (show) return [snippet.text, run([command, ...show[1].split(" ")])];
  expect(snippet.note).toBe("run");
  const [program, ...options] = snippet.text.trim().split(" ");
  expect(program).toBe("node");
  const next = snippets[snippets.indexOf(snippet) + 1];
  return [next.text, run(options)];
}

function run(options: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { cwd: folder, encoding: "utf8" });
  expect(status, `${options.join(" ")}\n${stderr}`).toBe(0);
  return stdout;
}

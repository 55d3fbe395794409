/** The packed tarball, installed into an empty folder: every way in that a user has without a bundler. */
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-package-"));

const files = {
  "src/model.ts": `import { weight } from "./weight.js";

export interface Point {
  x: number;
  label: string;
}

export function loss(w: number, xs: number[]): number {
  let sum = 0;
  for (const x of xs) {
    sum += weight(w) * x * x;
  }
  return sum;
}

export function norm(p: Point): number {
  return p.x * p.x;
}
`,
  "src/weight.ts": "export const weight = (w: number): number => w * w;\n",
  "src/app.ts": `import { grad } from "cotangent";
import { loss, norm } from "./model";

enum Level {
  One = 1,
}
const dloss = grad(loss);
console.log(JSON.stringify([dloss(3, [1, 2]), grad(norm)({ x: 2, label: "a" }), Level.One]));
`,
  "bad/model.ts": `import { grad } from "cotangent";

export function f(x: number): number {
  const s = x.toFixed(2);
  return parseFloat(s);
}
export const d = grad(f);
`,
  "bad/throws.ts": `import { grad } from "cotangent";

function check(x: number): number {
  if (x < 0) {
    throw new Error("negative");
  }
  return x * x;
}
grad(check)(-1);
`,
};

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function run(command: string, ...options: string[]): SpawnSyncReturns<string> {
  const { FORCE_COLOR: _forced, NO_COLOR: _none, NODE_OPTIONS: _options, ...env } = process.env;
  return spawnSync(command, options, { cwd: folder, encoding: "utf8", env });
}

function cotangent(...options: string[]): SpawnSyncReturns<string> {
  return run(join(folder, "node_modules/.bin/cotangent"), ...options);
}

function node(...options: string[]): SpawnSyncReturns<string> {
  return run(process.execPath, "--import", "cotangent/register", ...options);
}

beforeAll(() => {
  if (!existsSync(join(root, "dist/src/index.js")))
    throw new Error("there is no dist: `npm test` builds it, or `npm run build`");
  const pack = spawnSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  expect(pack.status, pack.stderr).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  write("package.json", '{ "name": "empty", "private": true, "type": "module" }\n');
  const install = run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`);
  expect(install.status, install.stderr).toBe(0);
  for (const [name, text] of Object.entries(files)) write(name, text);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the tarball", () => {
  it("brings no install script and no TypeScript besides its own", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "node_modules/cotangent/package.json"), "utf8")) as {
      scripts?: Record<string, string>;
    };
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual(
      [],
    );
    expect(existsSync(join(folder, "node_modules/typescript"))).toBe(false);
  });

  it("can be imported by every entry that needs no bundler", () => {
    const entries = [".", "/compiler", "/runtime", "/nn"].map((entry) => `cotangent${entry === "." ? "" : entry}`);
    write(
      "entries.mjs",
      `${entries.map((entry) => `console.log(Object.keys(await import("${entry}")).length > 0);`).join("\n")}\n`,
    );
    expect(run(process.execPath, "entries.mjs").stdout).toBe("true\n".repeat(entries.length));
  });

  it("says which line is missing where nothing compiled the program", () => {
    write("plain.mjs", 'import { grad } from "cotangent";\ngrad(function loss(x) { return x; });\n');
    const { status, stderr } = run(process.execPath, "plain.mjs");
    expect(status).not.toBe(0);
    expect(stderr).toContain("grad(loss) was not compiled");
    expect(stderr).toContain('import cotangent from "cotangent/vite"');
    expect(stderr).toContain("node --import cotangent/register");
  });
});

describe("cotangent show", () => {
  it("prints a derivative, as plain text in a pipe", () => {
    const { status, stdout, stderr } = cotangent("show", "src/model.ts#loss");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain("export function loss_grad(w: number, xs: number[]): number {");
    expect(stdout).not.toContain("\u001b[");
  });

  it("takes wrt and mode", () => {
    expect(cotangent("show", "src/model.ts#loss", "--wrt", "0,1").stdout).toContain("[dw: number, dXs: number[]]");
    expect(cotangent("show", "src/model.ts#loss", "--wrt", "1").stdout).toContain("): number[] {");
    expect(cotangent("show", "src/model.ts#loss", "--mode", "forward").stdout).toContain(
      "[value: number, tangent: number]",
    );
  });

  it("prints the program after every pass", () => {
    const { stdout } = cotangent("show", "src/model.ts#loss", "--passes");
    expect(stdout).toMatch(/after reverse\n/);
    expect(stdout.match(/^\/\/ =+ /gm)?.length).toBeGreaterThan(3);
  });

  it("finds what a module exports: its default, and functions of other modules", () => {
    write("src/again.ts", 'export { loss as objective } from "./model.js";\nexport default (x: number) => x * x;\n');
    expect(cotangent("show", "src/again.ts#objective").stdout).toContain("export function loss_grad(");
    expect(cotangent("show", "src/again.ts#default").stdout).toContain("return 2 * x;");
    expect(cotangent("show", "src/again.ts#nothing").stderr).toContain("it has `objective`, `default`");
    rmSync(join(folder, "src/again.ts"));
  });

  it("says once what is wrong with the text", () => {
    write("bad/syntax.ts", "export function f(x: number): number {\n  return x *;\n}\n");
    const { stderr } = cotangent("show", "bad/syntax.ts#f");
    expect(stderr.match(/error CT\d{4}/g)).toEqual(["error CT4001"]);
    expect(stderr).toContain("bad/syntax.ts:2:13");
    rmSync(join(folder, "bad/syntax.ts"));
  });

  it("wants a file and a function", () => {
    for (const target of ["src#loss", "src/model.ts#loss#more", "package.json#loss"]) {
      const { status, stderr } = cotangent("show", target);
      expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
    }
  });

  it("exits with 1 on a diagnostic and 2 on a wrong command", () => {
    const refused = cotangent("show", "bad/model.ts#f");
    expect(refused.status).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toMatch(/bad\/model\.ts:\d+:\d+ - error CT\d{4}: /);
    expect(cotangent("show", "src/model.ts#nothing").status).toBe(1);
    expect(cotangent("show", "src/model.ts").status).toBe(2);
    expect(cotangent("show", "src/model.ts#loss", "--mode", "sideways").status).toBe(2);
    expect(cotangent("show", "src/model.ts#loss", "--wrt", "first").status).toBe(2);
    expect(cotangent("show", "src/model.ts#loss", "--wrt", "7").status).toBe(1);
    expect(cotangent("differentiate", "src/model.ts").status).toBe(2);
    expect(cotangent().status).toBe(2);
    expect(cotangent("--help").status).toBe(0);
  });
});

describe("cotangent check", () => {
  it("counts what it has seen of a good program", () => {
    const { status, stdout, stderr } = cotangent("check", "src");
    expect([status, stdout, stderr]).toEqual([0, "3 files checked, 2 derivatives: no errors\n", ""]);
  });

  it("says what is wrong with the tsconfig, but not about options that are newer than it", () => {
    write("configured/f.ts", "export const f = 1;\n");
    write("configured/tsconfig.json", '{ "compilerOptions": { "strict": true } "files": [] }');
    const { status, stderr } = cotangent("check", "configured");
    expect([status, stderr.split("\n")[0]]).toEqual([
      1,
      "configured/tsconfig.json:1:41 - error CT1003: cannot read the TypeScript configuration: ',' expected.",
    ]);
    write("configured/tsconfig.json", '{ "compilerOptions": { "notYetThere": true }, "files": [] }');
    expect(cotangent("check", "configured").status).toBe(0);
  });

  it("reports diagnostics with a frame and a hint", () => {
    const { status, stderr } = cotangent("check", "bad");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bad\/model\.ts:\d+:\d+ - error CT2017: /m);
    expect(stderr).toContain("return parseFloat(s);");
    expect(stderr).toContain("hint: ");
    expect(stderr).not.toContain("\u001b[");
  });

  it("exits with 2 where there is nothing to check", () => {
    expect(cotangent("check", "nowhere").status).toBe(2);
    expect(cotangent("check").status).toBe(2);
  });
});

describe("cotangent build", () => {
  it("writes every module", () => {
    const { status, stderr } = cotangent("build", "src", "--out", "out");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(readdirSync(join(folder, "out")).filter((name) => name.endsWith(".ts"))).toEqual([
      "app.ts",
      "model.ts",
      "weight.ts",
    ]);
    expect(readFileSync(join(folder, "out/model.ts"), "utf8")).toContain("export function loss_grad(");
    expect(readFileSync(join(folder, "out/app.ts"), "utf8")).toContain("const dloss = loss_grad;");
    expect(readFileSync(join(folder, "out/model.ts.map"), "utf8")).toContain("model.grad.ts");
  });

  it("writes nothing where the program is refused", () => {
    expect(cotangent("build", "bad", "--out", "out-bad").status).toBe(1);
    expect(existsSync(join(folder, "out-bad"))).toBe(false);
    expect(cotangent("build", "src").status).toBe(2);
  });

  it("writes over no source, and reads nothing that it has written", () => {
    expect(cotangent("build", "src", "--out", "src").stderr).toContain("would overwrite");
    expect(cotangent("build", "src", "--out", "package.json/out").stderr).toContain("a file is in the way");
    for (const _again of [1, 2]) expect(cotangent("build", "src", "--out", "src/out").status).toBe(0);
    expect(readdirSync(join(folder, "src/out"))).not.toContain("out");
    rmSync(join(folder, "src/out"), { recursive: true });
  });

  it("refuses what would go into a module that it does not write", () => {
    write("node_modules/typed/package.json", '{ "name": "typed", "type": "module", "exports": "./index.ts" }');
    write("node_modules/typed/index.ts", "export const cube = (x: number): number => x * x * x;\n");
    write(
      "apart/main.ts",
      'import { grad } from "cotangent";\nimport { cube } from "typed";\nexport const d = grad(cube);\n',
    );
    const { status, stderr } = cotangent("build", "apart", "--out", "out-apart");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^apart\/main\.ts:3:18 - error CT1007: .*node_modules\/typed\/index\.ts/);
  });

  it("builds again when a callee changes", async () => {
    write(
      "watched/main.ts",
      'import { grad } from "cotangent";\nimport { f } from "./f.ts";\nexport const d = grad((x: number) => f(x) * x);\n',
    );
    write("watched/f.ts", "export const f = (x: number): number => 2 * x;\n");
    const builder = spawn(join(folder, "node_modules/.bin/cotangent"), ["build", "watched", "--out", "out-watched"], {
      cwd: folder,
      stdio: "ignore",
    });
    await new Promise((done) => builder.once("exit", done));
    const derivative = (): string =>
      readdirSync(join(folder, "out-watched"))
        .map((name) => readFileSync(join(folder, "out-watched", name), "utf8"))
        .join("\n");
    const before = derivative();
    expect(before).not.toContain("Math.cos");
    const watcher = spawn(
      join(folder, "node_modules/.bin/cotangent"),
      ["build", "watched", "--out", "out-watched", "--watch"],
      {
        cwd: folder,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    try {
      await new Promise((built) => watcher.stdout.once("data", built));
      await waitUntil(() => {
        write("watched/f.ts", "export const f = (x: number): number => Math.sin(x);\n");
        return derivative().includes("Math.cos");
      });
    } finally {
      watcher.kill("SIGTERM");
      await new Promise((done) => watcher.once("exit", done));
    }
    expect(derivative()).toContain("Math.cos");
  });
});

/** Tries again, twice a second, for 30 seconds. */
async function waitUntil(done: () => boolean): Promise<void> {
  for (let i = 0; i < 60 && !done(); i++) await new Promise((next) => setTimeout(next, 500));
}

describe("node --import cotangent/register", () => {
  it("runs a TypeScript file, its imports included", () => {
    const { status, stdout, stderr } = node("src/app.ts");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([30, { x: 4 }, 1]);
  });

  it("stops with the diagnostics of a program that is refused", () => {
    const { status, stderr } = node("bad/model.ts");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/model\.ts:\d+:\d+ - error CT2017: /);
    expect(stderr).toContain("return parseFloat(s);");
  });

  it("gives stack traces in the readable text of the derivative", () => {
    const { status, stderr } = node("bad/throws.ts");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/at check_grad \(.*throws\.grad\.ts:\d+:\d+\)/);
    expect(stderr).toMatch(/throws\.ts:9:\d+/);
  });
});

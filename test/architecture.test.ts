/** The rooms of the house: imports point one way, and TypeScript comes in by one door. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Import {
  readonly file: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return filesBelow(path);
    return path.endsWith(".ts") && !path.endsWith(".generated.ts") ? [path] : [];
  });
}

/** What the modules below a folder import and re-export, statically or dynamically. */
function importsOf(folder: string): Import[] {
  return filesBelow(folder).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const specifiers = [
      ...text.matchAll(
        /^(?:import|export)\s[^;"'`]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm,
      ),
    ];
    return specifiers.map((match) => {
      const specifier = match.slice(1).find((group) => group !== undefined) as string;
      return { file, to: specifier.startsWith(".") ? relative(root, join(root, dirname(file), specifier)) : specifier };
    });
  });
}

function leaving(folder: string, ...allowed: readonly string[]): string[] {
  return importsOf(folder)
    .filter(
      ({ to }) =>
        /^(src|transforms|runtime|test|examples|bench)\//.test(to) && !allowed.some((prefix) => to.startsWith(prefix)),
    )
    .map(({ file, to }) => `${file} imports ${to}`);
}

describe("imports point one way", () => {
  it("src → transforms", () => {
    // What a gradient of a tensor is, is told by its type.
    expect(leaving("src", "src/", "transforms/", "runtime/tensor/tensor")).toEqual([]);
  });

  it("transforms → transforms/ir, and not back", () => {
    expect(leaving("transforms", "transforms/")).toEqual([]);
    expect(leaving("transforms/ir", "transforms/ir/", "transforms/diagnostics")).toEqual([]);
  });

  it("the runtime imports nothing of the compiler, and no package but in runtime/node", () => {
    expect(leaving("runtime", "runtime/")).toEqual([]);
    const outside = importsOf("runtime").filter(({ to }) => !to.startsWith("runtime/"));
    expect(outside.filter(({ file }) => !file.startsWith("runtime/node/"))).toEqual([]);
  });

  it("what runs in a browser does not import runtime/node", () => {
    const users = ["src", "transforms", "runtime"]
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith("runtime/node/"));
    expect(users.filter(({ file }) => !file.startsWith("runtime/node/"))).toEqual([]);
  });
});

describe("primitives", () => {
  it("are exported from cotangent/nn under their own names: derivatives import them by these", () => {
    const renamed = importsOf("runtime").filter(({ file }) =>
      /^export \{[^}]*\bas\b[^}]*\} from/m.test(readFileSync(join(root, file), "utf8")),
    );
    expect(renamed).toEqual([]);
  });
});

describe("TypeScript is imported in one file", () => {
  it("and everything else takes it from there", () => {
    const direct = ["src", "transforms", "runtime"]
      .flatMap(importsOf)
      .filter(({ to }) => ["typescript", "ts-morph", "@ts-morph/common"].includes(to));
    expect([...new Set(direct.map(({ file }) => file))]).toEqual(["transforms/typescript.ts"]);
  });
});

describe("what runs without a file system", () => {
  it("reaches no module of Node", () => {
    const byFile = new Map<string, string[]>();
    for (const { file, to } of ["src", "transforms", "runtime"].flatMap(importsOf))
      byFile.set(file, [...(byFile.get(file) ?? []), to]);
    const runtime = filesBelow("runtime").filter((file) => !file.startsWith("runtime/node/"));
    const reached = new Set(["src/compiler.ts", "src/compile.ts", "src/index.ts", ...runtime]);
    for (const file of reached) for (const to of byFile.get(file) ?? []) if (byFile.has(to)) reached.add(to);
    const node = [...reached].flatMap((file) =>
      (byFile.get(file) ?? []).filter((to) => to.startsWith("node:")).map((to) => `${file} imports ${to}`),
    );
    expect(reached.size).toBeGreaterThan(20);
    expect(node).toEqual([]);
  });

  it("has no state at module level that is written", () => {
    const written = ["src", "transforms", "runtime"]
      .flatMap(filesBelow)
      .filter((file) => /^(?:export )?let /m.test(readFileSync(join(root, file), "utf8")));
    expect(written).toEqual([]);
  });
});

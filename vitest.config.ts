import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in that order: begun first, they leave no worker waiting for another at the end. */
const longest = ["fixtures", "examples", "tensors", "package/package", "docs", "layers", "random/random"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOf = ({ moduleId }: TestSpecification, name: string): boolean => moduleId.endsWith(`/test/${name}.test.ts`);
    const others = await super.sort(files.filter((file) => !longest.some((name) => isOf(file, name))));
    return [...longest.flatMap((name) => files.filter((file) => isOf(file, name))), ...others];
  }
}

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    projects: [
      // The compiler is loaded once for all that only call it.
      {
        extends: true,
        test: { name: "shared", isolate: false, include: ["test/**/*.test.ts"], exclude: ["test/bundlers/**"] },
      },
      { extends: true, test: { name: "bundlers", include: ["test/bundlers/*.test.ts"] } },
    ],
  },
  resolve: {
    alias: {
      "cotangent/runtime": new URL("./runtime/index.ts", import.meta.url).pathname,
      "cotangent/nn": new URL("./runtime/nn.ts", import.meta.url).pathname,
    },
  },
});

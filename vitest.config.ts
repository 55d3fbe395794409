import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
  resolve: {
    alias: {
      "cotangent/runtime": new URL("./runtime/index.ts", import.meta.url).pathname,
      "cotangent/nn": new URL("./runtime/nn.ts", import.meta.url).pathname,
    },
  },
});

import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "test/fixtures/**",
      "test/projects/**",
      "examples/**",
      "src/declarations.generated.ts",
    ],
  },
  {
    files: ["src/**/*.ts", "transforms/**/*.ts", "runtime/**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // The interpreter, which only tests use, evaluates the texts of expressions that the compiler does not look into.
    files: ["transforms/ir/interpret-expression.ts"],
    rules: { "@typescript-eslint/no-implied-eval": "off" },
  },
);

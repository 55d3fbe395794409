import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "test/fixtures/**",
      "test/projects/**",
      "examples/*/dist/**",
      "src/declarations.generated.ts",
      "runtime/kernels/simd.generated.ts",
      // Another language with the syntax of TypeScript.
      "runtime/kernels/assembly/**",
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
    // What is not shipped: the same rules but for those about what only tests do (values of unknown shape, things that must fail).
    files: ["test/**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Generated code is run with `new Function`.
      "@typescript-eslint/no-implied-eval": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["bench/**/*.ts", "examples/**/*.ts"],
    extends: [...tseslint.configs.strict],
  },
  {
    files: ["**/*.mjs", "**/*.js"],
    extends: [...tseslint.configs.recommended],
  },
  {
    // The interpreter, which only tests use, evaluates the texts of expressions that the compiler does not look into.
    files: ["transforms/ir/interpret-expression.ts"],
    rules: { "@typescript-eslint/no-implied-eval": "off" },
  },
);

import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "node_modules/", "coverage/", "demo/", "prox-data/", "test/fixtures/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js", "bin/*.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/strict-boolean-expressions": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    // Functions that Lua calls take no `this`; TypeScriptToLua has them say so.
    files: ["src/lua/**/*.ts", "src/simulate/host/**/*.ts"],
    rules: { "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }] },
  },
  { files: ["bench/**/*.ts"], rules: { "no-console": "off" } },
);

import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Each rule that is not a preset's has its reason beside it. What may import what is checked by dependency-cruiser.

const readsEnvironment = "read it in a config file (platform/config.ts, *-config.ts), checked by a schema";

// "Additional data" is a term of AES-GCM.
const emptyWords =
  ":matches(ClassDeclaration, FunctionDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration)" +
  "[id.name=/(Manager|Helper|Utils?|Service|Processor|(?<!dditional)Data|Info|Impl)$|^(handle|process)[A-Z]/]";

const restrictedEverywhere = [
  { selector: emptyWords, message: "say what it does or is: this word fits everything" },
  { selector: "ExportAllDeclaration", message: "no barrels: import from the file that has it" },
];

const onlyInTests = [
  {
    selector: "CallExpression[callee.property.name='only'], Property[key.name='only'][value.value=true]",
    message: "the other tests would not run",
  },
];

export default defineConfig(
  globalIgnores(["node_modules/", ".local/", "coverage/", "tests/boundaries/fixture/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a text has one reading; objects and undefined stay forbidden.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // node:test collects what its functions return by itself.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "describe", "it", "suite"] },
          ],
        },
      ],
      // `while (true)` is the plain way to write a loop that leaves from its middle.
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      // An unused parameter that keeps a signature starts with "_".
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // "" counts as absent in environment variables and options.
      "@typescript-eslint/prefer-nullish-coalescing": [
        "error",
        { ignorePrimitives: { string: true, number: true } },
      ],
      // `satisfies` and `as const` need no such opinion; both ways read well.
      "@typescript-eslint/consistent-type-definitions": "off",
      // TypeScript demands index access there (noPropertyAccessFromIndexSignature).
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      // A switch over a union that misses a member is a bug that waits for the next member.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: ["error", "always", { null: "ignore" }], // `== null` means null or undefined
      "no-console": "error",
      "max-params": ["error", 4],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: readsEnvironment },
      ],
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "node:process", importNames: ["env"], message: readsEnvironment }] },
      ],
      "no-restricted-syntax": ["error", ...restrictedEverywhere],
    },
  },
  {
    files: ["**/config.ts", "**/*-config.ts", "local/**", "bench/**", "tests/**", "**/*.test.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // What a person at a terminal reads.
    files: ["main.ts", "local/**", "bench/**", "tests/**", "**/regenerate.ts"],
    rules: { "no-console": "off" },
  },
  {
    // JSON answers of many shapes, looked into field by field.
    files: ["tests/admin/**"],
    rules: Object.fromEntries(
      ["assignment", "call", "member-access", "return", "argument"].map((what) => [
        `@typescript-eslint/no-unsafe-${what}`,
        "off",
      ]),
    ),
  },
  {
    files: ["**/*.test.ts", "tests/**"],
    rules: {
      // A test that tells one story from start to end is easier to follow than its pieces.
      "max-lines-per-function": "off",
      "no-restricted-syntax": ["error", ...restrictedEverywhere, ...onlyInTests],
    },
  },
);

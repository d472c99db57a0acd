import js from "@eslint/js";
import compat from "eslint-plugin-compat";
import globals from "globals";
import { readFileSync } from "node:fs";

// The floor of browsers stands once, in package.json. Patterns count from the top of the source tree, where `npm run lint` stands.
const { browserslist } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

export default [
  { ignores: ["**/dist/**", "**/node_modules/**", ".venv/**", "build/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    ...compat.configs["flat/recommended"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    settings: { browsers: browserslist },
    rules: {
      ...compat.configs["flat/recommended"].rules,
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "no-restricted-properties": [
        "error",
        { property: "outerHTML", message: "Build elements, or use what the server has sanitised." },
        { property: "innerText", message: "textContent does not lay the page out." },
      ],
      // A style attribute is refused by the content security policy; the CSSOM is not, but classes say what is meant.
      "no-restricted-syntax": ["error", { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value='style']", message: "The content security policy drops it." }],
    },
  },
  { files: ["**/web/floor.js"], languageOptions: { ecmaVersion: 5, sourceType: "script" }, rules: { "no-var": "off", "compat/compat": "off" } },
  { files: ["**/web/sw.js"], languageOptions: { globals: { ...globals.serviceworker, PLAYER_FILES: "readonly" } } },
  { files: ["**/*.test.js", "**/*.mjs", "**/web/*.config.js"], languageOptions: { globals: globals.node }, rules: { "compat/compat": "off", "no-console": "off" } },
];

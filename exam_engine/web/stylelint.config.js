export default {
  extends: ["stylelint-config-standard"],
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [
      true,
      {
        severity: "error",
        // Niceties that a page does without: the colour of a selection, the shape of a pointer, the margins of paper.
        ignore: ["css-text-align-last", "css-resize", "css-appearance", "css-page-break", "css-print-color-adjust", "text-size-adjust", "text-decoration", "multicolumn", "css-selection", "css3-cursors", "css-paged-media"],
        ignorePartialSupport: true,
      },
    ],
    "no-descending-specificity": null,
    "import-notation": "url",
    "selector-class-pattern": "^[a-z][a-z0-9-]*$",
    "declaration-empty-line-before": null,
    "custom-property-empty-line-before": null,
    "at-rule-empty-line-before": null,
    "property-no-vendor-prefix": null,
    "value-no-vendor-prefix": null,
    "font-family-name-quotes": null,
    "value-keyword-case": null,
    "declaration-property-value-no-unknown": null,
    "selector-type-no-unknown": [true, { ignoreTypes: ["/^m/", "math"] }],
    // Longhands of margins and borders must be logical where the side matters to a reading direction.
    "property-disallowed-list": ["float", "margin-left", "margin-right", "padding-left", "padding-right", "border-left", "border-right"],
  },
};

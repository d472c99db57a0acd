import { InputRule, inputRules, wrappingInputRule } from "prosemirror-inputrules";
import { formulaOf } from "./formulas.js";
import { marks, nodes, schema } from "./schema.js";

/** $…$ and $$…$$ become formulas, **…** bold, *…* italic, "- " and "1. " lists: as they are typed, and one undo takes it back. */
export function shortcuts() {
  return inputRules({
    rules: [
      new InputRule(/(\${1,2})([^$]+)\1$/, (state, match, start, end) => {
        const formula = formulaOf(match[0]);
        return formula && state.tr.replaceWith(start, end, nodes.formula.create(formula)).setMeta("own", true);
      }),
      marked(/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/, marks.strong),
      marked(/(?:^|[^*\p{L}\p{N}])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/u, marks.em),
      wrappingInputRule(/^[-•]\s$/, nodes.bullet_list),
      wrappingInputRule(/^1\.\s$/, nodes.ordered_list),
    ],
  });
}

/** @param {RegExp} pattern its first group is what is replaced, its second what stays @param {import("prosemirror-model").MarkType} mark */
function marked(pattern, mark) {
  return new InputRule(pattern, (state, match, start, end) => {
    const from = start + match[0].indexOf(match[1] ?? "");
    const text = match[2] ?? "";
    return state.tr.replaceWith(from, end, schema.text(text, [mark.create()])).removeStoredMark(mark).setMeta("own", true);
  });
}

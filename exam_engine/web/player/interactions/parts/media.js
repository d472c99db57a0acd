import { h, icon, notice } from "../../dom.js";
import { t } from "../../text.js";

/** Sound and film do not come with the paper. @type {import("./part.js").PartInteraction} */
export function media(_body, context) {
  const said = notice("warning", icon("triangle-alert"), h("p", { class: "notice-title" }, t("A recording belongs here")),
    h("p", {}, t("It cannot be played on this page. Please tell %(invigilator)s.")));
  return { element: h("div", { role: "group", "aria-labelledby": context.labelledby }, said), update: () => undefined };
}

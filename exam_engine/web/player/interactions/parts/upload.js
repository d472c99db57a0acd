import { h, icon, notice } from "../../dom.js";
import { t } from "../../text.js";

/** A file cannot be taken here. @type {import("./part.js").PartInteraction} */
export function upload(_body, context) {
  const said = notice("info", icon("info"), h("p", { class: "notice-title" }, t("This is answered on paper")),
    h("p", {}, t("No file can be handed in here. Write or draw the answer on paper and tell %(invigilator)s.")));
  return { element: h("div", { role: "group", "aria-labelledby": context.labelledby }, said), update: () => undefined };
}

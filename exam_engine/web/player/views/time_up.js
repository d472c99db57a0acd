import { h, icon } from "../dom.js";
import { t } from "../text.js";

/**
 * The truth when time ends: where each answer is. The server decides; should it have given more time, the work goes on.
 * @param {import("../state.js").State} state
 */
export const timeUpText = ({ saved }) =>
  saved.waiting > 0
    ? t("Time is over. %(n)s items are saved on the server, %(waiting)s are still on this device. Do not switch off, tell the invigilator.", { n: saved.onServer, waiting: saved.waiting })
    : t("Time is over. Your work is recorded: %(n)s items saved on the server", { n: saved.onServer });

export function createTimeUp() {
  const heading = h("h1", { tabindex: "-1", role: "status" });
  const element = h("div", { class: "column stack message" }, h("div", { class: "message-mark" }, icon("clock")), heading);
  return {
    element,
    heading,
    /** @param {import("../state.js").State} state */
    update(state) {
      const text = timeUpText(state);
      if (heading.textContent !== text) heading.textContent = text;
    },
  };
}

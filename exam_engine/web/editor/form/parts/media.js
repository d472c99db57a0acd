import { _ } from "../../../language.js";
import { button, h, icon } from "../../../player/dom.js";
import { prompt, setting } from "./fields.js";

/** @type {(own: import("./own.js").Own) => import("../fields.js").Part[]} */
export const media = (own) => [
  prompt(own), recording(own), setting(own, "description", _("What is heard or seen, in words"), { short: false, optional: true, hint: _("For pupils who can't hear or see it. Don't give away the answer.") }),
  setting(own, "least_plays", _("How often it must be played"), { whole: true, optional: true }), setting(own, "most_plays", _("How often it may be played"), { whole: true, optional: true, hint: _("Empty: as often as they like") }),
];

/** The file that is played. @param {import("./own.js").Own} own */
function recording(own) {
  const file = h("input", { type: "file", accept: "audio/*,video/*", hidden: true, onchange: async () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    const brought = chosen ? await own.desk.tools.bringRecording(chosen) : null;
    if (brought) own.set({ settings: { ...own.part.settings, asset: brought.digest, kind: brought.kind } }, "recording");
  } });
  const choose = button("", () => file.click(), { symbol: icon("volume-2") });
  const there = h("a", { download: "" }, _("Listen to it or look at it"));
  const show = () => {
    const { asset } = own.part.settings ?? {};
    /** @type {HTMLElement} */ (choose.lastElementChild).textContent = asset ? _("Another recording") : _("Choose a recording");
    there.hidden = !asset;
    if (asset) there.setAttribute("href", `/assets/${asset}`);
  };
  show();
  return { element: h("div", { class: "row" }, choose, file, there), show, focus: () => choose.focus() };
}

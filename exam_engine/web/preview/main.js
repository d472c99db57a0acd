import vi from "messages:vi";
import { preview } from "../editor/preview.js";
import { useLanguage, useWording } from "../player/text.js";

/** An item that the editor does not write, as the pupil sees it, on the page that shows it to staff. */
const place = document.getElementById("as-the-pupil");
const block = document.getElementById("as-the-pupil-item");
if (place && block) {
  const data = JSON.parse(block.textContent ?? "{}");
  document.documentElement.dataset.icons = place.dataset.icons;
  useLanguage({ locale: document.documentElement.lang, zone: data.zone }, { ...data.texts, ...(document.documentElement.lang === "vi" ? vi : {}) });
  useWording(false);
  const shown = preview(place.dataset.playerStyle ?? "");
  place.append(shown.element);
  shown.show(data.shown);
}

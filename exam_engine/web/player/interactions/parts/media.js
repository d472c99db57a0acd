import { theDesk } from "../../desk.js";
import { button, h, icon, notice, say } from "../../dom.js";
import { recording } from "../../recordings.js";
import { duration, t } from "../../text.js";
import { teller } from "./part.js";

const AGAIN_MS = 5_000;

/**
 * Sound or film with a button of its own: whoever may play it twice may not go back in between. A play is counted as it begins, and
 * the count is an answer like any other: a reload gives none back. @type {import("./part.js").PartInteraction}
 */
export function media(body, context) {
  const desk = theDesk();
  if (!desk) return { element: notice("info", icon("volume-2"), h("p", {}, t("A recording is played here."))), update: () => undefined };
  const most = Number(body.plays) || 0;
  const told = teller();
  const left = h("p", { class: "small quiet", "data-plays": "" });
  const time = h("span", { class: "number small quiet", "aria-hidden": "true" });
  const medium = h(body.film ? "video" : "audio", { class: "recording-medium", preload: "auto", playsinline: true, controls: most === 0, hidden: !body.film && most > 0 });
  let played = 0;
  // What is told to be left is what a reload would find: a play is told as counted when it is written on this device.
  let written = 0;
  let locked = false;
  let ready = false;
  let playing = false;

  const start = async () => {
    if (playing || locked || !ready || (most && played >= most)) return;
    playing = true;
    draw();
    try {
      medium.currentTime = 0;
      await medium.play();
      count();
      say(told, t("It is being played."));
    } catch {
      playing = false;
      say(told, t("It could not be played on this device. This play was not counted. Please tell %(invigilator)s."));
    }
    draw();
  };
  const count = () => {
    context.change(String(played + 1));
    void desk.kept(context.slot).then(draw);
  };
  const press = button(t("Play"), () => void start(), { kind: "primary", symbol: icon("play"), more: { "aria-describedby": context.labelledby } });
  const words = press.lastElementChild;
  medium.addEventListener("ended", () => {
    playing = false;
    say(told, most && played >= most ? t("It has been played for the last time.") : t("It is over."));
    draw();
  });
  medium.addEventListener("timeupdate", () => say(time, Number.isFinite(medium.duration) ? `${duration(medium.currentTime)} / ${duration(medium.duration)}` : ""));
  // Where any number of times is allowed, the browser's own controls are there: each new beginning counts.
  if (!most) medium.addEventListener("play", () => medium.currentTime < 1 && !playing && !locked && count());
  // Keys of a keyboard, and of a headset, neither stop nor rewind what is counted.
  if (most) medium.addEventListener("pause", () => playing && !medium.ended && void medium.play().catch(() => { playing = false; draw(); }));

  const bring = async () => {
    const address = body.source ? await recording(body.source) : null;
    if (address) {
      medium.src = address;
      ready = true;
      say(told, "");
    } else {
      say(told, t("The recording has not come yet. It is asked for again."));
      setTimeout(() => void bring(), AGAIN_MS);
    }
    draw();
  };
  const draw = () => {
    press.hidden = most === 0;
    // Not `disabled`: pressing it would take the focus away from it, to the beginning of the page.
    press.setAttribute("aria-disabled", String(!ready || locked || playing || played >= most));
    if (words) say(words, playing ? t("Playing…") : played ? t("Play again") : t("Play"));
    if (!desk.unkept(context.slot)) written = played;
    say(left, most ? t("Plays left: %(n)s of %(all)s", { n: Math.max(0, most - written), all: most }) : "");
    medium.classList.toggle("recording-waits", !ready);
  };
  void bring();
  return {
    element: h("div", { class: "recording stack stack-tight", role: "group", "aria-labelledby": context.labelledby },
      medium, h("div", { class: "row" }, press, time, left),
      body.description ? h("details", {}, h("summary", {}, t("Description")), h("p", {}, body.description)) : null, told),
    update(shown) {
      played = Number(typeof shown.value === "string" ? shown.value : 0) || 0;
      locked = shown.locked;
      draw();
    },
  };
}

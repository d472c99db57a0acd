import { _, speak } from "../language.js";

/** @type {Record<string, Record<string, [string, string]>>} [in a formal exam, in a class's own test] */
const WORDS = {
  vi: {
    you: ["thí sinh", "em"], You: ["Thí sinh", "Em"], invigilator: ["cán bộ coi thi", "giáo viên"], exam: ["bài thi", "bài kiểm tra"],
    Exam: ["Bài thi", "Bài kiểm tra"],
  },
  en: {
    you: ["you", "you"], You: ["You", "You"], invigilator: ["the invigilator", "your teacher"], exam: ["exam", "test"], Exam: ["Exam", "Test"],
  },
};

let locale = "vi";
let zone = "Asia/Ho_Chi_Minh";
/** @type {Record<string, string>} */
let words = {};

/** @param {{locale?: string, zone?: string}} settings @param {Record<string, string>} texts */
export function useLanguage(settings, texts) {
  locale = settings.locale === "en" ? "en" : "vi";
  zone = settings.zone || zone;
  speak(texts);
  useWording(true);
}

/** Class tests speak of giáo viên and em, formal exams of cán bộ coi thi and thí sinh. @param {boolean} formal */
export function useWording(formal) {
  words = Object.fromEntries(Object.entries(WORDS[locale] ?? {}).map(([name, pair]) => [name, pair[formal ? 0 : 1]]));
}

/** A text in the page's language. @param {string} text @param {Record<string, string | number>} [values] */
export const t = (text, values = {}) => _(text, { ...words, ...values });

/** @param {number} ms since the epoch, as the server counts */
export const timeOfDay = (ms) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(ms);

/** Until when, where the day matters. @param {number} ms since the epoch, as the server counts */
export const untilWords = (ms) =>
  t("Until %(time)s, %(day)s", { time: timeOfDay(ms), day: new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", timeZone: zone }).format(ms) });

/** Date and time of day, for what may lie on another day. @param {number} ms since the epoch, as the server counts */
export const dayAndTime = (ms) =>
  `${timeOfDay(ms)}, ${new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone }).format(ms)}`;

/** 1:05:09, or 5:09 below an hour. @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${pad(m)}:${pad(s)}`;
}

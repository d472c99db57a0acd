// Staff pages work as plain forms; these modules make them quicker to use.
import vi from "messages:vi";
import { speak } from "../language.js";
import "./live.js";
import "./confirm.js";
import "./dialog.js";
import "./drawer.js";
import "./drop.js";
import "./matrix.js";
import "./menu.js";
import "./names.js";
import "./paste_questions.js";
import "./photos.js";
import "./search.js";
import "./secure_door.js";
import "./send_keys.js";
import "./table.js";
import "./theme.js";
import "./ticks.js";
import "./toast.js";
import "./waiting.js";

if (document.documentElement.lang === "vi") speak(vi);

const focused = document.querySelector("[data-focus]");
if (focused instanceof HTMLElement) focused.focus();

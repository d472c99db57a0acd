// Loaded only where the exam wants something recorded; the player starts those that its policy names.
import { registerReporter } from "../../exam_engine/web/player/signals.js";
import { focusLost, fullScreenLeft, hidden, paste, sayHello, secondTab } from "./reporters.js";

sayHello();
registerReporter("hidden", hidden);
registerReporter("focus_lost", focusLost);
registerReporter("full_screen_left", fullScreenLeft);
registerReporter("paste", paste);
registerReporter("second_tab", secondTab);

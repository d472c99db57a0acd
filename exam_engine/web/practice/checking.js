import { Refusal, giveFeedback, givenFeedback } from "../player/api.js";
import { ANSWER } from "../player/kinds.js";
import { t } from "../player/text.js";

const PATIENCE_MS = 8_000;
const LOOK_MS = 50;

/**
 * Verdict and key of one item, or the words that say why not.
 * @param {import("../player/player.js").Player} player @param {number} slot
 * @returns {Promise<{told: import("./told.js").Told} | {why: string}>}
 */
export async function check(player, slot) {
  if (!(await arrived(player, slot))) return { why: withoutNetwork() };
  try {
    return { told: await giveFeedback(await tokenOf(player), slot) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { why: error.status === 0 || error.status >= 500 ? withoutNetwork() : error.detail };
  }
}

/** What was told before a reload, or on another device; none without a network. @param {import("../player/player.js").Player} player @returns {Promise<import("./told.js").Told[] | null>} */
export async function recall(player) {
  try {
    return (await givenFeedback(await tokenOf(player))).given;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

const withoutNetwork = () => t("Checking needs the network. Carry on: the answer is kept on this device and can be checked later.");

/** @param {import("../player/player.js").Player} player */
const tokenOf = async (player) => (await player.store.session(player.attempt))?.token ?? "";

/** Waits until the newest answer of the item is on the server: only that one can be judged. @param {import("../player/player.js").Player} player @param {number} slot */
async function arrived(player, slot) {
  await player.pending.flush();
  const began = performance.now();
  const { sender } = player;
  // A try under way may have begun before the network was back: one that begins now decides.
  const lost = sender ? sender.failures + (sender.busy ? 2 : 1) : 1;
  sender?.soon({ impatient: true });
  while (performance.now() - began < PATIENCE_MS) {
    if (!(await isWaiting(player, slot))) return true;
    if (sender && sender.failures >= lost) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/** @param {import("../player/player.js").Player} player @param {number} slot */
async function isWaiting(player, slot) {
  if (player.state.saved.unstored.includes(slot)) return true;
  const entries = await player.outbox.entries();
  return entries.some((entry) => entry.attempt === player.attempt && entry.kind === ANSWER && entry.slot === slot && !entry.refused);
}

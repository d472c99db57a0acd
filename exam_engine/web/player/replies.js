/** Replies of the server in the player's own words; what is missing gets a value that promises nothing. */

/** @param {any} raw @returns {import("./types.js").Info} */
export function readState(raw) {
  const { candidate = {}, sitting = {}, attempt = {}, policy = {}, device = {} } = raw ?? {};
  return {
    now: number(raw?.now),
    candidate: { name: text(candidate.name), number: text(candidate.number), class: text(candidate.class), room: text(candidate.room), seat: text(candidate.seat) },
    sitting: {
      id: text(sitting.id), kind: text(sitting.kind) || "exam", title: text(sitting.title), unit: text(sitting.unit), zone: text(sitting.zone), form: text(sitting.form),
      opens: moment(sitting.opens), starts: moment(sitting.starts), closes: moment(sitting.closes), timing: text(sitting.timing),
    },
    attempt: {
      id: text(candidate.id), state: attempt.state ?? "ready", resume: number(attempt.resume), deadline: moment(attempt.deadline),
      started: moment(attempt.started), admitted: attempt.admitted !== false, held: attempt.held === true, receipt: attempt.receipt === true,
    },
    device: {
      here: device.here === true, bound: device.bound === true, allowed: device.allowed === true, asked: device.asked === true,
      other_waits: device.other_waits === true,
    },
    notices: Array.isArray(raw?.interventions) ? raw.interventions.map(readNotice) : [],
    told: number(raw?.notices),
    policy: {
      formal: policy.formal !== false, signals: Array.isArray(policy.signals) ? policy.signals : [], admission: text(policy.admission),
      device_change: text(policy.device_change), earliest_submit_s: number(policy.earliest_submit_s),
      sealed_download: policy.sealed_download !== false, signal_days: number(policy.signal_days), duration_s: number(policy.duration_s),
      extra_s: number(policy.extra_s), feedback: policy.feedback === "item",
    },
  };
}

/** @param {any} raw @returns {import("./types.js").Notice} */
const readNotice = (raw) => ({ at: number(raw?.at), action: text(raw?.action), seconds: number(raw?.seconds), reason: text(raw?.reason) });

/** @param {any} raw @returns {import("./types.js").Receipt} */
export const readReceipt = (raw) => ({
  code: text(raw?.code), answers: number(raw?.answers), digest: text(raw?.digest), at: moment(raw?.at), by: text(raw?.by), state: text(raw?.state),
});

/** @param {unknown} value */
const text = (value) => (value === null || value === undefined ? "" : String(value));

/** @param {unknown} value */
const moment = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** @param {unknown} value */
const number = (value) => moment(value) ?? 0;

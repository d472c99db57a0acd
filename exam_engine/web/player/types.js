/**
 * What travels between the player's modules. The server's side of it is written in docs/architecture.md.
 *
 * @typedef {string | string[] | Record<string, boolean> | Record<string, string | string[]> | null} Answer the last is that of a composite
 *   item, by number of its part
 * @typedef {{flag?: boolean, out?: string[]}} Markup
 * @typedef {Record<string, any>} Body the rendering data of one interaction
 * @typedef {{slot: number, type: string, stem: string, passage?: string | null, points?: string, body: Body}} Item
 * @typedef {{v: number, id: string, language: string, title: string, instructions: string, passages: Record<string, string>,
 *   items: Item[], assets: Record<string, {type: string, data: string}>}} Paper
 * @typedef {[slot: number, options: string[], group?: string]} Placed
 * @typedef {{title: string, instructions: string, choose: number | null, items: Placed[]}} Section
 * @typedef {{v: number, form: string, sections: Section[]}} Variant
 *
 * @typedef {"ready" | "running" | "paused" | "submitted" | "expired" | "ended" | "absent"} AttemptState
 * @typedef {{id: string, state: AttemptState, resume: number, deadline: number | null, started: number | null, admitted: boolean,
 *   held: boolean, receipt: boolean}} Attempt one candidate has one attempt, so the candidate's id names it
 * @typedef {{here: boolean, bound: boolean, allowed: boolean, asked: boolean, other_waits: boolean}} Device
 * @typedef {{at: number, action: string, seconds: number, reason: string}} Notice
 * @typedef {{formal: boolean, signals: string[], admission: string, device_change: string, earliest_submit_s: number,
 *   sealed_download: boolean, signal_days: number, duration_s: number, extra_s: number, feedback: boolean}} Policy `feedback`: after each item
 * @typedef {{now: number, candidate: {name: string, number: string, class: string, room: string, seat: string},
 *   sitting: {id: string, kind: string, title: string, unit: string, zone: string, form: string, opens: number | null, starts: number | null, closes: number | null, timing: string}, attempt: Attempt, device: Device,
 *   notices: Notice[], told: number, policy: Policy}} Info `told` counts what staff did so far
 * @typedef {{code: string, answers: number, digest: string, at: number | null, by: string, state: string}} Receipt
 *
 * @typedef {{attempt: string, token: string, resume: number, counter: number, deadline: number | null, key: CryptoKey | null,
 *   open: Record<string, number>}} Session
 * @typedef {{iv: Uint8Array, data: ArrayBuffer} | {plain: unknown}} Sealed
 * @typedef {{attempt: string, token: string, resume: number, counter: number, kind: number, slot: number, value: Sealed,
 *   client_ms: number, tries: number, refused: boolean}} Entry
 * @typedef {[counter: number, kind: number, slot: number, value: unknown, client_ms: number]} Wire
 */
export {};

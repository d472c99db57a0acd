/**
 * The item as the server sends and takes it (exam_engine/authoring/written.py): its JSON with HTML for each markup; what has its
 * default may be missing.
 *
 * @typedef {{id: string, markup: string, weight?: string, pinned?: boolean, feedback?: string}} Option
 * @typedef {{id: string, markup: string, correct: boolean | null, level?: string, either?: boolean}} Statement
 * @typedef {{id: string, text: string, points: string}} RubricPoint
 * @typedef {{text: string, weight?: string}} AcceptedText
 * @typedef {Record<string, any> & {type: string, options?: Option[], statements?: Statement[], rubric?: RubricPoint[]}} Interaction
 * @typedef {Record<string, any> & {stem: string, interaction: Interaction, rationale?: string, language?: string, points?: string,
 *   passage?: string, subject?: string, grade?: string, topic?: string, level?: string, tags?: string[], extra?: Record<string, string>}} Item
 * @typedef {{field: string, text: string}} Problem
 * @typedef {{item: Item, passage: {html: string, title: string, uses: number} | null, kept: string[], writer: string, bank: string, draft: string, revision: number, saved: string, source: string,
 *   version: number | null, copy: boolean, then: string, destination: string, zone: string, types: Record<string, string>, parts: Record<string, string>,
 *   labels: Record<string, string[]>, texts: Record<string, string>, preview: import("./preview.js").Shown & {problems: Problem[]}}} Data `kept`: MathML of formulas that only the server knows
 */
export {};

/**
 * What an interaction of the player is, beside item_bank/content/interactions/NAME.py.
 *
 * @typedef {{change: (value: import("../types.js").Answer, how?: {typing?: boolean}) => void, strike: (option: string) => void,
 *   name: string, labelledby: string}} Context `name` is unique in the page
 * @typedef {{value: import("../types.js").Answer | undefined, out: string[], locked: boolean, letters: boolean}} Shown
 * @typedef {{element: HTMLElement, update: (shown: Shown) => void, choose?: (index: number) => boolean, strike?: () => boolean,
 *   ownStem?: boolean, cleared?: (value: import("../types.js").Answer | undefined) => import("../types.js").Answer}} View
 *   `choose` is the letter or digit key, 0 for A; both say whether they did anything;
 *   `ownStem`: the stem is part of the view; `cleared`: what stays of an answer that is taken back
 * @typedef {(item: import("../paper.js").OwnItem, context: Context) => View} Interaction
 */
export {};

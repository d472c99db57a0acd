/** Kinds of journal entries (docs/architecture.md). Handing in waits in the outbox like any other entry. */
export const ANSWER = 0;
export const VIEWS = 1;
export const SIGNAL = 2;
export const MARKUP = 3;
export const HAND_IN = 9;

/** Standings with which the server acknowledges an entry. */
export const COUNTS = 0;
export const LATE = 1;
export const SUPERSEDED = 2;
export const AFTER_SUBMISSION = 3;
export const CONFLICT = 4;
export const AFTER_CLOSING = 5;

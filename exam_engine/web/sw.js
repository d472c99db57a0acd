/// <reference lib="webworker" />
// Placeholder until the player brings its own: a worker that keeps nothing.

/** Digest names of everything the player loads; the build writes them into the service worker. */
declare const PLAYER_FILES: string[];

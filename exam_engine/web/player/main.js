// The player takes this place.
export {};

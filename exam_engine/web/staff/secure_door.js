// A page over plain http, of a service that also has https with its own certificate: a device that trusts it goes over
// by itself; all others stay, and never meet a warning. Whoever has begun to fill something in is left alone.
const { secureDoor } = document.body.dataset;
let busy = false;

if (secureDoor) {
  for (const begun of ["input", "submit"]) document.addEventListener(begun, () => { busy = true; }, { once: true });
  void goOver(secureDoor);
}

/** @param {string} door */
async function goOver(door) {
  try {
    const reply = await fetch(`${door}/trust/probe`, { credentials: "omit", cache: "no-store" });
    if (reply.ok && !busy) location.replace(`${door}${location.pathname}${location.search}`);
  } catch {
    // not trusted here
  }
}

// A page over plain http, of a service that also has https with its own certificate: a device that trusts it goes over
// by itself; all others stay, and never meet a warning.
const { secureDoor } = document.body.dataset;

if (secureDoor) void goOver(secureDoor);

/** @param {string} door */
async function goOver(door) {
  try {
    const reply = await fetch(`${door}/trust/probe`, { credentials: "omit", cache: "no-store" });
    if (reply.ok) location.replace(`${door}${location.pathname}${location.search}`);
  } catch {
    // not trusted here
  }
}

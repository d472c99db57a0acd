// Runs everywhere, also where modules do not: plain ES5. Below the floor (Chromium 109, Firefox 115, Safari 16.4) the page shows its notice.
// MathMLElement came with Chromium 109; CompressionStream with Firefox 113 and Safari 16.4.
(function () {
  if ("MathMLElement" in window && "CompressionStream" in window) return;
  var notice = document.getElementById("too-old");
  if (notice) notice.removeAttribute("hidden");
})();

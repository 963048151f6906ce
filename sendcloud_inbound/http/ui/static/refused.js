// A dialogue that was opened stays open when the list is put in anew.

const which = (details) => details.closest("li").dataset.which;
const open = new Set();

document.addEventListener(
  "toggle",
  (event) => {
    const details = event.target;
    if (!details.isConnected || !details.matches("#refused details")) return;
    if (details.open) open.add(which(details));
    else open.delete(which(details));
  },
  true, // toggle does not bubble
);
document.addEventListener("fresh", () => {
  for (const details of document.querySelectorAll("#refused details")) {
    details.open = open.has(which(details));
  }
});

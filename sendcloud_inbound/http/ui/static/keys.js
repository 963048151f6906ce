// Keys: a module says on("j", next); the page's <dialog id="keys"> tells what there is.

const actions = new Map();
const GO_MS = 1500; // after g, for so long the next key says where to
let goes = null; // until when a key is read so

/** Do something when a key is pressed, but for one that goes into a field. */
export function on(key, action) {
  actions.set(key, action);
}

/** Listen to keys; called once. */
export function keys() {
  const dialog = document.getElementById("keys");
  const button = document.getElementById("show-keys");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  on("?", () => dialog.showModal());
  places(dialog);
  on("g", () => (goes = Date.now() + GO_MS));
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyped || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const action = target(event.key) ?? actions.get(event.key);
    if (action) {
      event.preventDefault();
      action(event);
    }
  });
}

const pages = new Map(); // the links of the navigation, each by a key

/** Give each page a key: the first letter of its path that no other has. */
function places(dialog) {
  const list = dialog.querySelector("dl");
  for (const link of document.querySelectorAll(".top nav a")) {
    const name = new URL(link.href).pathname.split("/").pop() || "inbox";
    const key = [...name].find((letter) => !pages.has(letter));
    if (!key) continue;
    pages.set(key, link);
    const keys = document.createElement("dt");
    for (const each of ["g", key]) {
      const shown = document.createElement("kbd");
      shown.textContent = each;
      keys.append(shown, " ");
    }
    const told = document.createElement("dd");
    told.textContent = link.textContent;
    list.append(keys, told);
  }
}

function target(key) {
  const isGoing = goes !== null && Date.now() < goes;
  goes = null;
  const link = isGoing ? pages.get(key) : undefined;
  return link && (() => link.click());
}

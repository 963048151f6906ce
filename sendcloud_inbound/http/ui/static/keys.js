// Keys: a module says on("j", next); the page's <dialog id="keys"> tells what there is.

const actions = new Map();

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
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyped || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const action = actions.get(event.key);
    if (action) {
      event.preventDefault();
      action(event);
    }
  });
}

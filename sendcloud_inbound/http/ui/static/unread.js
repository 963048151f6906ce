// What was read: kept in this browser alone, the server never hears of it. All mail up to a time
// counts as read, and of what came later those that were opened: the last few thousand of them.

const KEY = "sendcloud-inbound-read";
const MOST = 5000;

let state = load();

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return { upTo: String(kept.upTo ?? ""), ids: new Set(kept.ids ?? []) };
  } catch {
    return { upTo: "", ids: new Set() };
  }
}

function save() {
  const ids = [...state.ids].slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify({ upTo: state.upTo, ids }));
  } catch {
    // Full, or forbidden: it is read for as long as the page is open.
  }
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  state = load();
  document.dispatchEvent(new CustomEvent("read"));
});

/** Tell whether a message was read; `receivedAt` is ISO 8601 in UTC, as the page has it. */
export function isRead(id, receivedAt) {
  return receivedAt <= state.upTo || state.ids.has(id);
}

/** Note that messages were read. */
export function read(ids) {
  state = load(); // another tab may have noted some
  for (const id of ids) {
    state.ids.delete(id);
    state.ids.add(id);
  }
  save();
}

/** Note that everything up to a time was read. */
export function readUpTo(receivedAt) {
  state = load();
  if (receivedAt > state.upTo) state = { upTo: receivedAt, ids: new Set() };
  save();
}

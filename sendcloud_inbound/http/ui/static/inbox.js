// The inbox: what is unread, what is selected, deleting, keys. The list itself is the server's: it is
// put in anew as mail comes (live.js), and what is known here is drawn on it again.

import { on } from "./keys.js";
import { refresh } from "./live.js";
import { isRead, read, readUpTo } from "./unread.js";

const AT_ONCE = 6; // calls; browsers open no more connections

const at = (id) => document.getElementById(id);
const rows = () => [...document.querySelectorAll("#messages tr[data-message-id]")];
const box = (row) => row.querySelector("input[type=checkbox]");
const link = (row) => row.querySelector("th a");
const time = (row) => row.querySelector("time").dateTime;
const title = document.title;

let picked = new Set(); // messageIds
let isEvery = false; // all that match are picked, on whatever page
let lastPicked = null; // the messageId that a range begins at
let focusedAt = -1; // the place of the row that had the focus

document.documentElement.classList.add("scripted");

function draw() {
  const all = rows();
  const here = new Set(all.map((row) => row.dataset.messageId));
  picked = new Set([...picked].filter((id) => here.has(id)));
  let unread = 0;
  for (const row of all) {
    const isNew = !isRead(row.dataset.messageId, time(row));
    unread += isNew;
    row.classList.toggle("unread", isNew);
    row.querySelector(".new").hidden = !isNew;
    const isPicked = isEvery || picked.has(row.dataset.messageId);
    row.classList.toggle("picked", isPicked);
    box(row).checked = isPicked;
  }
  bar(all.length, unread);
}

function bar(count, unread) {
  const some = picked.size > 0 || isEvery;
  const every = at("pick-all");
  every.disabled = count === 0;
  every.checked = count > 0 && (isEvery || picked.size === count);
  every.indeterminate = some && !every.checked;
  document.title = unread ? `(${unread}) ${title}` : title;
  at("unread").textContent = unread && !some ? filled(at("unread").dataset.word, unread) : "";
  at("count").hidden = some;
  const told = at("picked");
  told.hidden = !some;
  told.textContent = isEvery ? told.dataset.allWord : filled(told.dataset.word, picked.size);
  at("pick-every").hidden = isEvery || !every.checked || !hasOtherPages();
  for (const name of ["read", "delete"]) {
    at(name).textContent = some && !isEvery ? at(name).dataset.someWord : at(name).dataset.allWord;
    at(name).hidden = count === 0;
  }
}

const filled = (text, count) => text.replace("%count%", count);
const hasOtherPages = () => document.querySelector("#paging a") !== null;

// Selecting

function pick(row, isPicked) {
  isEvery = false;
  if (isPicked) picked.add(row.dataset.messageId);
  else picked.delete(row.dataset.messageId);
}

function pickAll(isPicked) {
  picked.clear();
  isEvery = false;
  for (const row of rows()) pick(row, isPicked);
  draw();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("#messages tr[data-message-id]");
  if (!row) return;
  if (event.target === box(row)) {
    if (isEvery) picked = new Set(rows().map((each) => each.dataset.messageId));
    const all = rows();
    const first = all.findIndex((each) => each.dataset.messageId === lastPicked);
    const last = all.indexOf(row);
    const from = event.shiftKey && first >= 0 ? first : last;
    const range = all.slice(Math.min(from, last), Math.max(from, last) + 1);
    for (const each of range) pick(each, event.target.checked);
    lastPicked = row.dataset.messageId;
    draw();
  } else if (event.target.closest("a") === link(row)) {
    seen(row);
  }
});
document.addEventListener("auxclick", (event) => {
  const row = event.target.closest("#messages tr[data-message-id]");
  if (row && event.button === 1 && event.target.closest("a") === link(row)) seen(row);
});

function seen(row) {
  read([row.dataset.messageId]);
  draw();
}

at("pick-all").addEventListener("click", (event) => pickAll(event.target.checked));
at("pick-every").addEventListener("click", () => {
  isEvery = true;
  draw();
});
at("read").addEventListener("click", markRead);
at("delete").addEventListener("click", () => ask(picked.size === 0 || isEvery));

function markRead() {
  if (picked.size && !isEvery) read(picked);
  else if (rows().length) readUpTo(rows().map(time).sort().at(-1));
  picked.clear();
  isEvery = false;
  draw();
}

// Deleting

const dialog = at("confirm");
let doomed = null; // messageIds, or null for all that match

function ask(every, ids = [...picked]) {
  if (rows().length === 0) return;
  doomed = every ? null : ids;
  const words = dialog.dataset;
  const count = every ? at("count").dataset.count || words.many : ids.length;
  at("confirm-text").textContent = filled(every ? words.every : words.some, count);
  dialog.returnValue = "";
  dialog.showModal();
}

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "delete") return;
  focusedAt = rows().findIndex((row) => row.contains(document.activeElement));
  at("problem").textContent = "";
  document.body.setAttribute("aria-busy", "true");
  try {
    if (doomed) await each(doomed, (id) => remove(`/${encodeURIComponent(id)}`));
    else await remove(matching());
    picked.clear();
    isEvery = false;
  } catch (error) {
    at("problem").textContent = `${at("problem").dataset.word} ${error.message}`;
  } finally {
    document.body.removeAttribute("aria-busy");
    await refresh();
    draw();
  }
});

function matching() {
  const query = new URLSearchParams(location.search);
  for (const name of ["cursor", "trail", "limit"]) query.delete(name);
  return query.size ? `?${query}` : "";
}

async function remove(what) {
  const answer = await fetch(`/sandbox/v1/messages${what}`, { method: "DELETE" });
  if (answer.ok || (answer.status === 404 && doomed)) return;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail ?? `HTTP ${answer.status}`);
}

async function each(ids, act) {
  const rest = [...ids];
  const work = async () => {
    while (rest.length) await act(rest.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

// Keys

function focused() {
  return rows().findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const all = rows();
  const now = focused();
  const next = now < 0 ? (step > 0 ? all[0] : undefined) : all[now + step];
  if (next) link(next).focus();
}

const follow = (rel) => () => document.querySelector(`#paging a[rel=${rel}]`)?.click();

on("j", () => go(1));
on("k", () => go(-1));
on("o", () => focused() >= 0 && link(rows()[focused()]).click());
on("x", () => {
  const row = rows()[focused()];
  if (!row) return;
  pick(row, !box(row).checked);
  lastPicked = row.dataset.messageId;
  draw();
});
on("a", () => pickAll(!at("pick-all").checked));
on("m", () => {
  const row = rows()[focused()];
  if (picked.size === 0 && row) seen(row);
  else if (picked.size) markRead();
});
on("#", () => {
  const row = rows()[focused()];
  if (picked.size || isEvery) ask(isEvery);
  else if (row) ask(false, [row.dataset.messageId]);
});
on("/", () => at("q").select());
on("[", follow("prev"));
on("]", follow("next"));
on("Escape", () => pickAll(false));
at("q").addEventListener("keydown", (event) => event.key === "Escape" && at("q").blur());

at("show-filters").addEventListener("click", (event) => {
  const isOpen = at("filters").classList.toggle("open");
  event.target.setAttribute("aria-expanded", String(isOpen));
});

document.addEventListener("fresh", () => {
  draw();
  if (focusedAt < 0 || document.activeElement !== document.body) return;
  const all = rows();
  const row = all[Math.min(focusedAt, all.length - 1)];
  focusedAt = -1;
  if (row) link(row).focus();
});
document.addEventListener("read", draw);
window.addEventListener("pageshow", draw);
draw();

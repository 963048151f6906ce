// A message: things that are made to happen, calls that are sent once more, keys.
//
// Buttons say what they do: data-order is the event for the data-events around them, with
// data-order-chosen it is that of the select beside them; data-post is called as it is.

import { on } from "./keys.js";
import { refresh } from "./live.js";
import { read } from "./unread.js";

const LOOK_MS = 1000; // while a webhook is to be called: attempts are no news of the stream
const told = document.getElementById("told");

read([document.getElementById("facts").dataset.messageId]); // however one came here

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const order = "orderChosen" in button.dataset ? chosenBeside(button) : button.dataset.order;
  if (order) post(button, button.closest("[data-events]").dataset.events, told.dataset.done, order);
  else if (button.dataset.post) post(button, button.dataset.post, told.dataset.replayed);
});

function chosenBeside(button) {
  return button.parentElement.querySelector("select").value;
}

async function post(button, path, done, body) {
  button.disabled = true;
  try {
    const headers = body ? { "Content-Type": "application/json" } : {};
    const answer = await fetch(path, { method: "POST", headers, body });
    tell(answer.ok ? done : `${told.dataset.failed}: ${await why(answer)}`, answer.ok);
    if (answer.ok) refresh();
  } catch (error) {
    tell(`${told.dataset.failed}: ${error.message}`, false);
  } finally {
    button.disabled = false;
  }
}

async function why(answer) {
  const { detail, remedy } = await answer.json();
  return [detail, remedy].filter(Boolean).join(". ");
}

function tell(text, isGood) {
  told.textContent = text;
  told.classList.toggle("failed", !isGood);
}

// What was opened stays open when live news put in anew what is around it.
const open = new Set();
document.addEventListener("toggle", ({ target }) => {
  if (target.isConnected && target.id) open[target.open ? "add" : "delete"](target.id);
}, true);
document.addEventListener("fresh", ({ target }) => {
  for (const details of target.querySelectorAll("details[id]")) details.open = open.has(details.id);
  look();
});

let looking = null;
function look() {
  clearTimeout(looking);
  if (document.querySelector("[data-waiting]")) looking = setTimeout(lookAgain, LOOK_MS);
}
async function lookAgain() {
  if (!document.hidden) await refresh();
  look();
}
look();

for (const key of ["j", "k", "n", "p", "u"]) {
  on(key, () => document.querySelector(`a[data-key="${key}"]`)?.click());
}
function toTab(step) {
  const tabs = [...document.querySelectorAll("#tabs a")];
  tabs[tabs.findIndex((tab) => tab.ariaCurrent) + step]?.click();
}
on("]", () => toTab(1));
on("[", () => toTab(-1));

// Lists that scroll show what is chosen; the page itself stays where it is.
for (const chosen of document.querySelectorAll("#recipients [aria-current], #tabs [aria-current]")) {
  const list = chosen.closest("ol, ul");
  list.scrollTop = chosen.offsetTop - list.offsetTop - list.clientHeight / 2;
  list.scrollLeft = chosen.offsetLeft - list.offsetLeft - list.clientWidth / 2;
}

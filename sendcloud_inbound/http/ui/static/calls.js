// What people do on a page becomes a call of /sandbox/v1: of a button or a form with `data-call`,
// "POST /sandbox/v1/...". A form's fields become the members of a JSON object, empty ones left out;
// with `data-raw` one field is the body. `data-asks` is asked before. What went well is told by the
// page's [data-said], what did not by the form's own [role=alert], else by the page's.

import { refresh } from "./live.js";

document.documentElement.classList.add("scripted");

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-call]");
  if (button) make(button, undefined, button);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-call]");
  if (!form) return;
  event.preventDefault();
  make(form, bodyOf(form), form.querySelector("button:not([type=button])"));
});

async function make(asker, body, button) {
  if (asker.dataset.asks && !window.confirm(asker.dataset.asks)) return;
  const [method, path] = asker.dataset.call.split(" ");
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  button.disabled = true;
  try {
    const answer = await fetch(path, { method, headers, body });
    const text = await answer.text();
    const told = text ? JSON.parse(text) : {};
    if (answer.ok) await done(asker, told);
    else failed(asker, told);
  } catch (error) {
    failed(asker, { detail: String(error) });
  } finally {
    button.disabled = false;
  }
}

async function done(asker, told) {
  if (asker.dataset.then) return location.assign(placed(asker.dataset.then, told));
  say(asker, "");
  const said = document.querySelector("[data-said]");
  if (said) said.textContent = placed(asker.dataset.done ?? "", told);
  if (asker.matches("form[data-resets]")) asker.reset();
  asker.dispatchEvent(new CustomEvent("called", { bubbles: true, detail: told }));
  await refresh();
}

/** Put what was answered in the place of its name: "/ui/.../{id}". */
function placed(text, told) {
  return text.replace(/{(\w+)}/g, (_, name) => told[name] ?? "");
}

function failed(asker, problem) {
  const parts = [problem.title, problem.detail, problem.remedy];
  say(asker, parts.filter(Boolean).join(" · "));
  asker.dispatchEvent(new CustomEvent("refused", { bubbles: true, detail: problem }));
}

function say(asker, text) {
  const alert = asker.querySelector("[role=alert]") ?? document.querySelector("#problem");
  if (alert) alert.textContent = text;
  for (const field of asker.querySelectorAll("[aria-describedby]")) {
    field.setAttribute("aria-invalid", String(text !== ""));
  }
}

function bodyOf(form) {
  if (form.dataset.raw) return form.elements[form.dataset.raw].value;
  const members = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    const value = valueOf(field);
    if (value !== undefined) members[field.name] = value;
  }
  return JSON.stringify(members);
}

function valueOf(field) {
  if (field.multiple) {
    const chosen = [...field.selectedOptions].map((option) => option.value);
    return chosen.length ? chosen : undefined;
  }
  if (field.value === "") return undefined;
  if (field.type === "number") return Number(field.value);
  if (field.type === "datetime-local") return new Date(field.value).toISOString();
  return field.value;
}

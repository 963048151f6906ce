// The editor of rules: examples are put in, and a rule that was refused is selected.

import "./calls.js";
import "./copy.js";

const text = document.getElementById("rules-text");

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-rule]");
  if (!button || !text) return;
  const rules = read() ?? { seed: 0, rules: [] };
  rules.rules.push(JSON.parse(button.dataset.rule));
  text.value = write(rules);
  text.focus();
});

document.addEventListener("called", (event) => {
  if (event.detail.rules && text) text.value = write(event.detail);
});

document.addEventListener("refused", (event) => {
  const where = text && placeOf(event.detail.detail ?? "");
  if (!where) return;
  text.focus();
  text.setSelectionRange(...where);
});

function read() {
  try {
    const rules = JSON.parse(text.value);
    return Array.isArray(rules.rules) ? rules : null;
  } catch {
    return null;
  }
}

/** One rule a line, as the server writes them too. */
function write({ seed, rules }) {
  const lines = rules.map((rule) => "    " + spaced(rule)).join(",\n");
  return `{\n  "seed": ${seed ?? 0},\n  "rules": [${lines ? `\n${lines}\n  ` : ""}]\n}`;
}

function spaced(rule) {
  const members = Object.entries(rule).map((pair) => pair.map((each) => JSON.stringify(each)).join(": "));
  return `{${members.join(", ")}}`;
}

/** Where a problem is: a line and column of JSON, or the rule of a number. */
function placeOf(detail) {
  const place = /line (\d+) column (\d+)/.exec(detail);
  if (place) {
    const before = text.value.split("\n").slice(0, place[1] - 1).join("\n").length;
    const at = before + Number(place[1] > 1) + Number(place[2]) - 1;
    return [at, at + 1];
  }
  const rule = /rules\[(\d+)\]/.exec(detail);
  return rule && spanOf(Number(rule[1]));
}

/** Begin and end of the object that stands at a place of the array. */
function spanOf(number) {
  const whole = text.value;
  let depth = 0, found = -1, begin = 0, isText = false;
  for (let at = 0; at < whole.length; at++) {
    const sign = whole[at];
    if (isText && sign === "\\") at++;
    else if (sign === '"') isText = !isText;
    else if (isText) continue;
    else if ((sign === "{" || sign === "[") && ++depth === 3) {
      begin = at;
      found++;
    } else if ((sign === "}" || sign === "]") && depth-- === 3 && found === number) {
      return [begin, at + 1];
    }
  }
  return null;
}

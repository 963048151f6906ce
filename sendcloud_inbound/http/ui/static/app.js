// What every page gets: selects that submit their form, times in the reader's zone, keys, and live
// news where something on the page is marked data-live.

import { keys } from "./keys.js";
import { live } from "./live.js";
import { local } from "./local.js";

for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

local(document);
document.addEventListener("fresh", (event) => local(event.target));
keys();
live();

// The inbox by keys: j and k go from message to message.

import { on } from "./keys.js";

function go(step) {
  const links = [...document.querySelectorAll("#messages th[scope=row] a")];
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? links[0] : links[at + step];
  next?.focus();
}

on("j", () => go(1));
on("k", () => go(-1));

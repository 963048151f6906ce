// While a call waits, its page is asked for anew: the stream tells of mail, not of calls.

import "./calls.js";
import { refresh } from "./live.js";

const PAUSE_MS = 2000;

setInterval(() => {
  if (!document.hidden && document.querySelector("[data-live] .mark.waiting")) refresh();
}, PAUSE_MS);

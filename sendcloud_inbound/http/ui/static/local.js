// Times of the page, in the reader's own zone and manner; the exact one shows on pointing.

const short = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "short",
  timeStyle: "medium",
});

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(document.documentElement.lang, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** Write the times below an element as their reader would; with `data-brief` as briefly. */
export function local(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.dateTime;
    const at = new Date(time.dateTime);
    time.textContent = ("brief" in time.dataset ? brief(at) : short).format(at);
  }
}

function brief(at) {
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return clock;
  return at.getFullYear() === now.getFullYear() ? day : short;
}

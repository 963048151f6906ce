// Times of the page, in the reader's own zone and manner; the exact one shows on pointing.

const short = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "short",
  timeStyle: "medium",
});

/** Write the times below an element as their reader would. */
export function local(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.dateTime;
    time.textContent = short.format(new Date(time.dateTime));
  }
}

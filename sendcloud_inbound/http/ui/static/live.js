// Live news. Each element with `data-live` (and an id) is replaced by its like of the same page, asked
// for anew, when the server's stream tells of mail that is new, changed or cleared. The new one then
// fires "fresh", which bubbles.
//
// A hidden page does not listen: browsers keep only six connections to a server.

const PAUSE_MS = 250; // between two askings, however fast mail comes
const state = document.getElementById("live");

let source = null;
let isAsking = false;
let isStale = false;

/** Listen, if anything on the page is live; called once. */
export function live() {
  if (!document.querySelector("[data-live]")) return;
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", listen);
  listen();
}

/** Ask for the page anew; once at a time, and once more if there were news meanwhile. */
export async function refresh() {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  try {
    while (isStale) {
      isStale = false;
      await renew();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } catch {
    tell(false); // the stream breaks too, and refreshes when it is back
  } finally {
    isAsking = false;
  }
}

function listen() {
  if (document.hidden) return hush();
  if (source) return;
  const whose = document.body.dataset.apiUser;
  const query = whose ? `?${new URLSearchParams({ api_user: whose })}` : "";
  source = new EventSource(`/sandbox/v1/stream${query}`);
  source.addEventListener("open", () => {
    tell(true);
    refresh(); // what came before it listened
  });
  source.addEventListener("error", () => {
    tell(false);
    if (source.readyState === EventSource.CLOSED) hush(); // such as 503: a browser does not retry
    setTimeout(listen, 2000);
  });
  for (const what of ["new", "changed", "cleared", "refused"]) source.addEventListener(what, refresh);
}

function hush() {
  source?.close();
  source = null;
}

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.isEqualNode(old.asItCame ?? old)) continue;
    put(document.adoptNode(fresh), old);
  }
}

function put(fresh, old) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  const href = focused && focused.getAttribute("href");
  fresh.asItCame = fresh.cloneNode(true);
  old.replaceWith(fresh);
  if (href) fresh.querySelector(`[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  fresh.dispatchEvent(new CustomEvent("fresh", { bubbles: true }));
}

function tell(isLive) {
  state.hidden = false;
  state.textContent = isLive ? state.dataset.liveWord : state.dataset.offlineWord;
  state.classList.toggle("offline", !isLive);
}

// Where scripts run, the next page takes the place of the one before, so that the browser writes no posted form into its history
// and none to its disk. Back shows the page before from memory, with all that was typed in it. When a form does not get
// through, its page stays and says so. Every form works without this.
import { counts, errors } from "./form.js";
import { work } from "./work.js";

// pages tells whether it does this: an old browser cannot.
export function pages() {
  if (!history.pushState || !window.URLSearchParams || !FormData.prototype.forEach) return false;
  const run = Date.now(); // tells our places in the history from those of a visit before
  let kept = []; // what Back and Forward can show, by its place
  let at = 0;
  let asked = null; // the request under way
  let pressed = null;

  const root = document.documentElement;
  const nodes = () => Array.from(document.body.childNodes);
  const say = (what) => {
    const line = document.querySelector("[data-wait]");
    if (line) line.textContent = what ? line.getAttribute("data-" + what) : "";
  };
  // A page that must not be read again is not kept, nor is any that came before it.
  const secret = () => document.querySelector("[data-forget]");
  const keep = () => {
    say("");
    kept[at] = secret() ? null : { nodes: nodes(), lang: root.lang, dir: root.dir };
  };
  const show = (page) => {
    nodes().forEach((node) => document.body.removeChild(node));
    page.nodes.forEach((node) => document.body.appendChild(document.adoptNode(node)));
    root.lang = page.lang;
    root.dir = page.dir;
    if (secret()) kept = [];
    document.body.tabIndex = -1; // the keyboard begins where it does on a page that was loaded: Tab leads to the way out
    document.body.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  const turn = (url, page) => {
    keep();
    kept.length = at + 1;
    at += 1;
    history.pushState([run, at], "", url);
    const from = page.documentElement;
    show({ nodes: Array.from(page.body.childNodes), lang: from.lang, dir: from.dir });
    errors();
    counts();
    work();
  };
  const ask = (method, url, form) => {
    const call = (asked = new XMLHttpRequest());
    const done = () => {
      if (asked !== call) return;
      asked = null;
      const page = call.response;
      if (page && page.querySelector("[data-exit]")) turn(url, page);
      else say("unsent");
    };
    call.open(method, url);
    call.responseType = "document";
    call.timeout = 90000;
    call.setRequestHeader("Accept", "text/html");
    if (form) call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    call.onloadend = done;
    say("wait");
    call.send(form);
  };
  const parts = (form, button) => {
    const list = new URLSearchParams();
    new FormData(form).forEach((value, name) => list.append(name, value));
    if (button && button.name) list.append(button.name, button.value);
    return list.toString();
  };

  history.replaceState([run, at], "");
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (!asked) ask("POST", event.target.action, parts(event.target, event.submitter || pressed));
  });
  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
    const a = event.target.closest("a");
    if (!a || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const href = a.getAttribute("href") || "";
    const place = href[0] === "#" && document.getElementById(href.slice(1));
    if (place) {
      event.preventDefault(); // a step within the page is none in the history
      place.focus();
      place.scrollIntoView();
    } else if (href.indexOf("/?") === 0) {
      event.preventDefault();
      if (!asked) ask("GET", a.href, null);
    }
  });
  addEventListener("popstate", (event) => {
    const [whose, to] = event.state || [];
    asked = null;
    if (whose !== run || !kept[to]) return location.reload();
    keep();
    at = to;
    show(kept[to]);
  });
  addEventListener("pagehide", () => (kept = []));
  return true;
}

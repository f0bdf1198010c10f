// A page that says where it can be asked for ([data-look]) looks again by itself while it is seen, and takes over the parts that have
// changed ([data-live], rows by their names). What has the focus, and what somebody is typing in, stays as it is until they are done;
// the place on the page stays, too. Nothing of it is needed: without scripts there is a link to look again.
const EVERY = 20000;

export function look() {
  const line = document.querySelector("[data-look]");
  if (!line || !window.XMLHttpRequest) return;
  const served = {}; // what the server last said of each part
  const waiting = {}; // what is to be shown when somebody is done with a part: its new node, or null for a row that is gone
  let mark = null;
  let timer = null;
  let ended = false;

  const parts = (root) => Array.from(root.querySelectorAll("[data-live]"));
  const name = (part) => part.getAttribute("data-live");
  const say = (what) => {
    const words = what ? line.getAttribute("data-" + what) : "";
    if (line.textContent !== words) line.textContent = words;
  };
  // Times run on by themselves, and the number of a form is drawn anew: neither is a change. Parts within stand for themselves.
  const gist = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("[data-live]").forEach((inner) => inner.remove());
    copy.querySelectorAll("time").forEach((time) => (time.textContent = ""));
    copy.querySelectorAll("input[name=id]").forEach((field) => field.removeAttribute("value"));
    return copy.outerHTML;
  };
  const typed = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return Array.from(field.options).some((o) => o.selected !== o.defaultSelected);
    return field.tagName === "TEXTAREA" ? field.value.trim() !== "" : field.type !== "hidden" && field.value !== field.defaultValue;
  };
  const held = (part) =>
    (part.contains(document.activeElement) && document.activeElement !== document.body) ||
    Array.from(part.querySelectorAll("input, textarea, select")).some(typed);

  // anchor gives a function that puts the page back to where the reader was: by what has the focus, else by what stands on top.
  const anchor = () => {
    const seen = (node) => node.getBoundingClientRect().bottom > 0 && node.getBoundingClientRect().top < innerHeight;
    const focus = document.activeElement;
    const fixed = focus && focus !== document.body && seen(focus) ? focus : Array.from(document.querySelectorAll("main h2, main tbody tr, main [data-live]")).find(seen);
    if (!fixed || scrollY === 0) return () => {};
    const top = fixed.getBoundingClientRect().top;
    return () => document.contains(fixed) && scrollBy(0, fixed.getBoundingClientRect().top - top);
  };
  const put = (old, now) => {
    const open = Array.from(old.querySelectorAll("details")).map((d) => d.open);
    now = document.importNode(now, true);
    now.querySelectorAll("details").forEach((d, i) => open[i] && (d.open = true));
    old.replaceWith(now);
  };
  // settle shows what waited, where nobody is busy any more.
  const settle = () => {
    const back = anchor();
    parts(document).forEach((part) => {
      const key = name(part);
      if (!(key in waiting) || held(part)) return;
      if (waiting[key]) put(part, waiting[key]);
      else part.remove();
      delete waiting[key];
    });
    back();
  };
  // rows brings the rows of a list into the order of the new one. The row that has the focus is never moved: the others go around it.
  const rows = (list, now) => {
    const there = {};
    Array.from(list.children).forEach((row) => (there[name(row)] = row));
    const fixed = Array.from(list.children).find(held);
    let came = 0;
    const order = Array.from(now.children).map((row) => {
      const key = name(row);
      if (there[key]) return there[key];
      came += 1;
      served[key] = gist(row);
      return document.importNode(row, true);
    });
    const wanted = Array.from(now.children).map(name);
    Object.keys(there).forEach((key) => {
      if (wanted.indexOf(key) >= 0) return;
      if (there[key] === fixed) waiting[key] = null;
      else there[key].remove();
    });
    if (order.length === list.children.length && order.every((row, i) => row === list.children[i])) return came;
    const at = order.indexOf(fixed);
    order.forEach((row, i) => {
      if (row === fixed) return;
      if (at >= 0 && i < at) list.insertBefore(row, fixed);
      else list.appendChild(row);
    });
    return came;
  };
  const take = (page) => {
    const back = anchor();
    const said = [];
    let came = 0;
    let changed = false;
    parts(page).forEach((now) => {
      const key = name(now);
      const text = gist(now);
      const old = document.querySelector('[data-live="' + key + '"]');
      if (!old || served[key] === text) return;
      served[key] = text;
      changed = true;
      if (now.hasAttribute("data-says")) said.push(now.getAttribute("data-says"));
      waiting[key] = now;
    });
    page.querySelectorAll("[data-rows]").forEach((now) => {
      const list = document.querySelector("[data-rows]");
      if (list) came += rows(list, now);
      const table = list && list.closest("table");
      if (table) table.hidden = !list.children.length;
    });
    settle();
    back();
    if (came) say("new");
    else if (said.length) line.textContent = said.join(" ");
    else if (changed) say("changed");
  };
  // Times are told anew without asking anybody, by the server's clock: that of a device may be wrong.
  let ahead = 0;
  const by = (root) => {
    const made = root.querySelector("[data-made]");
    if (made) ahead = new Date(made.getAttribute("datetime")) - Date.now();
  };
  const run = () => {
    if (!window.Intl || !Intl.RelativeTimeFormat) return;
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang + "-u-nu-latn", { style: "short", numeric: "auto" });
    const now = Date.now() + ahead;
    document.querySelectorAll("main time").forEach((time) => {
      if (time.hasAttribute("data-made")) {
        time.setAttribute("datetime", new Date(now).toISOString());
        Array.from(time.children).forEach((exact) => exact.remove());
      }
      const minutes = Math.round((new Date(time.getAttribute("datetime")) - now) / 60000);
      const text = time.firstChild;
      if (!text || text.nodeType !== 3 || isNaN(minutes)) return;
      const far = Math.abs(minutes);
      const [n, unit] = far < 1 ? [0, "second"] : far < 60 ? [minutes, "minute"] : far < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
      text.data = words.format(n, unit) + " ";
    });
  };
  const again = (wait) => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(ask, wait);
  };
  const ask = () => {
    if (document.visibilityState === "hidden") return;
    settle();
    const call = new XMLHttpRequest();
    call.open("GET", line.getAttribute("data-look"));
    call.responseType = "document";
    call.timeout = 15000;
    call.setRequestHeader("Accept", "text/html");
    call.setRequestHeader("Amparo-Look", "1");
    if (mark) call.setRequestHeader("If-None-Match", mark);
    call.onloadend = () => {
      const page = call.status === 200 && call.response;
      if (call.status === 0 || call.status >= 500) {
        say("lost");
        return again(EVERY * 3);
      }
      if (line.textContent === line.getAttribute("data-lost")) say("");
      if (call.status !== 304 && !(page && page.querySelector("[data-look]"))) {
        ended = true; // signed out, or it may no longer be seen
        return say(call.status === 200 ? "ended" : "gone");
      }
      mark = call.getResponseHeader("ETag") || mark;
      if (page) {
        by(page);
        take(page);
      }
      run();
      again(EVERY);
    };
    call.send();
  };

  parts(document).forEach((part) => (served[name(part)] = gist(part)));
  mark = line.getAttribute("data-mark");
  by(document);
  document.addEventListener("focusout", () => setTimeout(settle, 0));
  document.addEventListener("visibilitychange", () => document.visibilityState !== "hidden" && !ended && again(0));
  addEventListener("pageshow", (event) => event.persisted && again(0));
  again(EVERY);
}

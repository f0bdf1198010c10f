// A form that says where ([data-autosave]) saves what is typed while it is typed. Without scripts there is a button. What was saved from
// another window meanwhile is never written over: then the page says so, and saving by hand puts the two together.
const REST = 2000; // after the last key
const MOST = 8000; // while somebody goes on typing
const AGAIN = 10000; // after a save that did not get through

export function autosave() {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.XMLHttpRequest || !window.URLSearchParams || !FormData.prototype.forEach) return;
  const address = form.getAttribute("data-autosave");
  const line = form.querySelector(".saving");
  const version = form.elements.version;
  let first = 0; // when what is not saved yet was typed; 0: all is saved
  let busy = null; // the request under way
  let timer = null;
  let ended = false; // nothing more can be saved from this page by itself
  let lost = false; // the last save did not get through
  let after = null; // what to do once the request under way is back

  const say = (what, more) => {
    const words = line.getAttribute("data-" + what) + (more || "");
    if (line.textContent !== words) line.textContent = words;
  };
  const body = () => {
    const list = new URLSearchParams();
    new FormData(form).forEach((value, name) => list.append(name, value));
    return list;
  };
  const again = (wait) => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(save, wait);
  };
  const save = () => {
    if (busy || ended || !first) return;
    const from = first;
    first = 0;
    const call = (busy = new XMLHttpRequest());
    call.open("POST", address);
    call.timeout = 20000;
    call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    call.onloadend = () => {
      busy = null;
      lost = false;
      if (call.status === 200 && /^\d+$/.test(call.responseText)) {
        version.value = call.responseText;
        say("saved", " " + new Date().toLocaleTimeString(document.documentElement.lang + "-u-nu-latn", { timeStyle: "short" }));
        if (first) again(REST);
      } else {
        first = from;
        ended = [403, 404, 409, 410].indexOf(call.status) >= 0;
        lost = !ended && call.status !== 401;
        say(call.status === 409 ? "other" : ended ? "over" : call.status === 401 ? "ended" : "lost");
        again(AGAIN);
      }
      if (after) after();
    };
    call.send(body().toString());
  };
  form.addEventListener("input", () => {
    first = first || Date.now();
    if (!busy) again(Math.max(0, Math.min(REST, first + MOST - Date.now())));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      first = first || Date.now();
      save();
    }
  });
  // A save that is under way is waited for, so that the button sends what has the version of it. While nothing gets through the page is not
  // left: what stands in it would be gone.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy && !lost) {
      ended = true;
      first = 0;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    after = () => {
      after = null;
      if (lost) return;
      ended = true;
      first = 0;
      if (button && button.name) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = button.name;
        field.value = button.value;
        form.appendChild(field);
      }
      form.submit();
    };
    if (!busy) {
      first = first || Date.now();
      save();
    }
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("pagehide", () => {
    if ((first || busy) && !ended && navigator.sendBeacon) navigator.sendBeacon(address, body());
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("beforeunload", (event) => {
    if ((busy && !ended) || (first && line.textContent && line.textContent.indexOf(line.getAttribute("data-saved")) !== 0)) event.preventDefault();
  });
}

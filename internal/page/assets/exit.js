// The way out: the link works without this; with it the page is blank at once, before the network answers, and the
// address in the history becomes the next one's. Shift three times within five seconds does the same from the keyboard.
export function exit() {
  let times = [];

  const link = () => document.querySelector("[data-exit]");
  const leave = (event) => {
    const target = link().href;
    if (event) event.preventDefault();
    document.title = "\u00a0";
    document.body.textContent = "";
    location.replace(target);
  };
  const show = () => {
    const lights = document.querySelector("[data-exit-lights]");
    const say = document.querySelector("[data-exit-say]");
    lights.textContent = "";
    times.forEach(() => lights.appendChild(document.createElement("i")));
    say.textContent = times.length ? say.getAttribute("data-" + (3 - times.length)) : "";
  };

  // What the keys do is said where they do it.
  for (const told of document.querySelectorAll("[data-exit-keys]")) told.hidden = false;
  document.addEventListener("click", (event) => {
    const a = event.target.closest("a");
    if (a && link() && a.href === link().href) leave(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat || !link()) return;
    const now = Date.now();
    times = event.key === "Shift" ? times.filter((at) => now - at < 5000).concat(now) : [];
    if (times.length > 2) leave();
    else show();
  });
  setInterval(() => {
    if (times.length && Date.now() - times[0] >= 5000) {
      times = [];
      if (link()) show();
    }
  }, 1000);
  // A page that the browser kept alive is asked for anew.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

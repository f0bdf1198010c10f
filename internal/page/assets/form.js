// What makes forms easier where scripts run. Every form works without.

// errors moves the focus to the summary of what is to be looked at again, and from its links into the fields.
export function errors() {
  const summary = document.querySelector("[data-errors]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const hash = event.target.getAttribute("href");
    const field = hash && document.getElementById(hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest("fieldset") || document.querySelector('label[for="' + field.id + '"]');
    (group || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

// once keeps a second press of a button within a second from sending twice. The server takes a repeat for the same.
export function once() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const now = Date.now();
    if (now - (form.sentAt || 0) < 1000) event.preventDefault();
    else form.sentAt = now;
  });
}

// counts shows how many letters are left while someone writes; a screen reader hears it when the writing rests.
export function counts() {
  document.querySelectorAll("textarea[data-max]").forEach((area) => {
    const note = document.getElementById(area.id + "-count");
    if (!note) return;
    const quietly = note.nextElementSibling;
    let rest;
    const show = () => {
      note.textContent = note.dataset.left + " " + (area.dataset.max - area.value.length);
      clearTimeout(rest);
      rest = setTimeout(() => (quietly.textContent = note.textContent), 1500);
    };
    area.addEventListener("input", show);
  });
}

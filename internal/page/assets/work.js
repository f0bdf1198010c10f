// When very many people write at once, a report is taken as ever, and the page with its code works a little afterwards, unseen: that
// tells it from what a machine sends by the thousand. Nobody waits for it; whoever has no scripts can press a button later instead.

const roots = (root, count) => {
  const list = [];
  for (let n = 2; list.length < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) list.push((Math.pow(n, 1 / root) * 4294967296) | 0);
  }
  return list;
};
const turn = (x, n) => (x >>> n) | (x << (32 - n));

// hasher gives the first 32 bits of the SHA-256 of a text of at most 55 plain letters, as a number without a sign.
export function hasher() {
  const k = roots(3, 64);
  const start = roots(2, 8);
  const w = new Int32Array(64);
  return (text) => {
    w.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i % 4));
    w[text.length >> 2] |= 128 << (24 - 8 * (text.length % 4));
    w[15] = 8 * text.length;
    let [a, b, c, d, e, f, g, h] = start;
    for (let i = 0; i < 64; i++) {
      if (i > 15) {
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      const one = (h + k[i] + w[i] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))) | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    return (a + start[0]) >>> 0;
  };
}

const slice = 30; // milliseconds of work between two breaths, so that an old phone stays usable
let begun = "";

// work does what the page asks for, once for each report, and goes on while the reader does.
export function work() {
  const place = document.querySelector("[data-work]");
  if (!place || !window.Int32Array || !Int32Array.prototype.fill || !window.URLSearchParams) return;
  place.hidden = true; // what stands there is for whoever has no scripts
  const over = place.getAttribute("data-work");
  if (over === begun) return;
  begun = over;
  const form = document.querySelector('form input[name="state"]').form;
  const url = form.action;
  const state = form.elements.state.value;
  const below = Math.pow(2, 32 - place.getAttribute("data-bits"));
  const hash = hasher();
  let number = 0;
  const send = () => {
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    call.onloadend = () => {
      const now = document.querySelector("[data-work]");
      if (call.status === 204) return;
      begun = ""; // the next page offers the wait, or tries again
      if (now) now.hidden = false;
    };
    call.send(new URLSearchParams({ step: "work", state: state, work: String(number) }).toString());
  };
  const go = () => {
    const until = Date.now() + slice;
    while (Date.now() < until)
      for (let i = 0; i < 50; i++, number++) if (hash(over + ":" + number) < below) return send();
    setTimeout(go, 5);
  };
  go();
}

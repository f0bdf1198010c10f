// rows lets the arrow keys walk from row to row of a list while the focus is on a row's link.
export function rows() {
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest && event.target.closest("tbody tr");
    if (!step || !row || event.target.tagName !== "A") return;
    const links = Array.from(row.parentNode.querySelectorAll("tr")).map((tr) => tr.querySelector("a")).filter(Boolean);
    const next = links[links.indexOf(row.querySelector("a")) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

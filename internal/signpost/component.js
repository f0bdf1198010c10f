// <amparo-sign src="https://help.example.org/sign/CODE.json?l=en">What stands here is shown until the words are there, and when they cannot be had.</amparo-sign>
// It asks for its words, without cookies and without saying where from, and shows them. It stores nothing and loads nothing else.
(() => {
  const look = `:host{all:initial;display:block}div{box-sizing:border-box;max-width:420px;padding:16px;border:2px solid #0b5460;border-radius:6px;
background:#fff;color:#16222a;font:16px/1.4 system-ui,sans-serif;letter-spacing:normal;text-transform:none;text-align:start}h2{margin:0 0 6px;font-size:20px;line-height:1.3}p{margin:0 0 6px}
.go{display:inline-block;margin:6px 0;padding:11px 14px;border-radius:4px;background:#0b5460;color:#fff;font-weight:700;text-decoration:none}
a{color:#0b5460}a:focus{outline:3px solid #ffd866;outline-offset:2px}small{color:#4a5a63;font-size:13px}`;
  const make = (name, text, more) => Object.assign(document.createElement(name), { textContent: text }, more);
  const away = { rel: "noopener noreferrer", target: "_blank" };

  class Sign extends HTMLElement {
    static observedAttributes = ["src"];

    connectedCallback() {
      if (!this.shadowRoot) {
        this.attachShadow({ mode: "open" }).append(make("slot", ""));
      }
      this.ask();
    }

    attributeChangedCallback() {
      if (this.shadowRoot) this.ask();
    }

    async ask() {
      const src = this.getAttribute("src");
      try {
        const answer = await fetch(src, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
        if (!answer.ok) throw new Error("status " + answer.status);
        const said = await answer.json();
        if (src === this.getAttribute("src")) this.show(said);
      } catch {
        this.shadowRoot.replaceChildren(make("slot", ""));
      }
    }

    show(said) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(look);
      this.shadowRoot.adoptedStyleSheets = [sheet];
      const box = make("div", "", { lang: said.language, dir: said.direction });
      box.append(make("h2", said.headline), ...said.lines.map((line) => make("p", line)));
      if (/^https?:/.test(said.link)) box.append(make("a", said.link_text, { className: "go", href: said.link, ...away }));
      // A number that nobody has tried for too long is not shown; the page behind the link has those that answer.
      if (Date.now() < Date.parse(said.valid_until)) {
        for (const one of said.contacts) {
          const line = make("p", one.name + ": ");
          const number = make("bdi", one.phone, { dir: "ltr" });
          const call = make("a", "", { href: "tel:" + one.phone.replace(/[^0-9+*]/g, "") });
          call.append(number);
          line.append(call, " " + one.note);
          box.append(line);
        }
        box.append(make("small", said.valid_text));
      }
      this.shadowRoot.replaceChildren(box);
    }
  }
  if (!customElements.get("amparo-sign")) customElements.define("amparo-sign", Sign);
})();

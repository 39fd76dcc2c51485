// CitedFAQ on a clinic's own page: the plain link beside this script becomes a bubble that opens the chat in a frame,
// or, with data-inline, the chat itself. Nothing is asked for before that. Where this cannot run, the link stays a link.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.CitedFAQ || !("adoptedStyleSheets" in Document.prototype) || !window.HTMLDialogElement) return;
  const { title, greeting, starters, colour, position, inline } = script.dataset;
  const address = new URL("embed", script.src);
  address.hash = "panel";

  // The style sheet is made by script and not as an element, which a strict style-src of the page would block.
  const CSS = `
:host { all: initial !important; display: block !important; color-scheme: light dark; }
* { box-sizing: border-box; }
.bubble, dialog { --paper: #fff; --text: #16302f; --line: #7d908e; font: 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
.bubble, .close { background: var(--brand); border: 2px solid var(--ink); color: var(--ink); cursor: pointer; font: inherit; font-weight: 600; min-height: 44px; min-width: 44px; }
.bubble { align-items: center; border-radius: 28px; bottom: max(16px, env(safe-area-inset-bottom)); box-shadow: 0 2px 10px #0006; display: flex; gap: 8px; max-width: calc(100vw - 32px); min-height: 52px; overflow-wrap: anywhere; padding: 8px 20px 8px 16px; position: fixed; text-align: start; z-index: 2147483000; }
.right { right: 16px; } .left { left: 16px; }
svg { fill: none; flex: none; height: 24px; stroke: currentColor; stroke-linejoin: round; stroke-width: 2; width: 24px; }
button:focus-visible, iframe:focus-visible { box-shadow: 0 0 0 7px #111; outline: 3px solid #fff; outline-offset: 1px; }
dialog { background: var(--paper); border: 1px solid var(--line); color: var(--text); display: none; flex-direction: column; margin: 0; max-height: none; max-width: none; overflow: hidden; overscroll-behavior: contain; padding: 0; position: fixed; z-index: 2147483001; }
dialog[open] { border-radius: 14px; bottom: 84px; box-shadow: 0 6px 30px #0005; display: flex; height: min(680px, 100vh - 100px); inset-block-start: auto; width: 410px; }
dialog.right { left: auto; } dialog.left { right: auto; }
dialog::backdrop { background: none; }
.head { align-items: center; background: var(--brand); color: var(--ink); display: flex; flex: none; gap: 8px; padding: 4px 4px 4px 16px; }
h2 { flex: 1; font: inherit; font-weight: 700; margin: 0; overflow-wrap: anywhere; }
.close { border-color: transparent; border-radius: 10px; padding: 0; }
.close svg { display: block; margin: auto; }
.close:focus-visible { box-shadow: none; outline-color: currentColor; outline-offset: -4px; }
iframe { border: 0; display: block; flex: 1; height: 100%; min-height: 0; width: 100%; }
p { background: var(--paper); color: var(--text); flex: none; font: 16px/1.4 system-ui, sans-serif; margin: 0; padding: 16px; }
[hidden] { display: none !important; }
a { color: inherit; }
.inline { border: 1px solid #7d908e; border-radius: 14px; display: flex; flex-direction: column; height: min(720px, 90vh); min-height: 420px; overflow: hidden; }
dialog:modal { border: 0; border-radius: 0; box-shadow: none; height: var(--height, 100dvh); inset: var(--top, 0) 0 auto; width: 100%; }
@media (prefers-color-scheme: dark) { .bubble, dialog, p { --paper: #152525; --text: #e6f1f0; } }
@media (forced-colors: active) { .bubble, .close, .head { border: 1px solid; } }
@media print { :host { display: none !important; } }`;

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const icon = (path) => {
    const parts = [["svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }], ["path", { d: path }]].map(([name, attributes]) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    });
    parts[0].append(parts[1]);
    return parts[0];
  };

  // Black or white, whichever is easier to read on the clinic's colour (WCAG 2.2, relative luminance).
  const brand = /^#[\da-f]{6}$/i.test(colour) ? colour : "#0b6b66";
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(brand.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";

  const start = () => {
    const link = document.querySelector("a[data-citedfaq]");
    const name = title || (link && link.textContent.trim()) || "Ask a question";
    const host = document.createElement("citedfaq-widget");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    host.style.setProperty("--brand", brand);
    host.style.setProperty("--ink", ink);

    const frame = make("iframe", { title: name, referrerpolicy: "no-referrer" });
    const sorry = make("p", { hidden: "" }, "The assistant cannot be reached at the moment. ");
    if (link) sorry.append(make("a", { href: link.href, target: "_blank", rel: "noopener" }, "Try its own page"));
    let ready = false;
    let asked = "";
    let timer = 0;

    const say = (message) => frame.contentWindow.postMessage(message, address.origin);
    const tell = (message) => ready && say(message);
    const load = () => {
      if (ready) return;
      frame.src = address.href;
      expect(8000);
    };
    const expect = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => (sorry.hidden = ready), milliseconds);
    };
    frame.addEventListener("load", () => {
      if (!frame.src) return;
      ready = false;
      expect(3000);
      const questions = (starters || "").split("|").map((text) => text.trim()).filter(Boolean);
      say({ citedfaq: "hello", greeting: greeting || "", starters: questions, brand, ink });
    });
    addEventListener("message", ({ source, origin, data }) => {
      if (!source || source !== frame.contentWindow || origin !== address.origin || !data) return;
      if (data.citedfaq === "close") close();
      if (data.citedfaq !== "ready") return;
      ready = sorry.hidden = true;
      if (root.activeElement) focusFrame();
      if (asked) ask(asked);
    });
    const focusFrame = () => {
      // Not on a phone, whose keyboard would hide half of it, nor where the greeting would be scrolled out of sight.
      if (matchMedia("(pointer: coarse), (max-height: 479.98px)").matches) return;
      frame.focus();
      tell({ citedfaq: "focus" });
    };
    const ask = (question) => {
      asked = ready ? "" : String(question);
      open();
      tell({ citedfaq: "ask", question: String(question) });
    };

    let open = () => frame.focus();
    let close = () => {};
    if (inline !== undefined) {
      frame.loading = "lazy";
      root.append(make("div", { class: "inline" }, sorry, frame));
      if (link) link.replaceWith(host);
      else script.after(host);
      frame.src = address.href; // once it is scrolled near
    } else {
      const side = position === "left" ? "left" : "right";
      const bubble = make("button", { type: "button", class: `bubble ${side}`, "aria-haspopup": "dialog", "aria-expanded": "false" });
      bubble.append(icon("M4 5h16v11H11l-5 4v-4H4z"), name);
      const shut = make("button", { type: "button", class: "close", "aria-label": "Close" }, icon("M6 6l12 12M18 6L6 18"));
      const heading = make("h2", { id: "title" }, name);
      const dialog = make("dialog", { class: side, "aria-labelledby": "title" }, make("div", { class: "head" }, heading, shut), sorry, frame);
      root.append(make("div", { role: "region", "aria-label": name }, bubble, dialog));

      // On a small window it takes the whole of it, and the page behind is out of the keyboard's reach meanwhile.
      const small = matchMedia("(max-width: 639.98px), (max-height: 479.98px)");
      const show = () => (small.matches ? dialog.showModal() : dialog.show());
      let before = null;
      open = () => {
        if (dialog.open) return;
        before = root.activeElement || document.activeElement;
        load();
        show();
        bubble.setAttribute("aria-expanded", "true");
        shut.focus();
        if (ready) focusFrame();
      };
      close = () => {
        if (!dialog.open) return;
        const inside = dialog.contains(root.activeElement);
        dialog.close();
        bubble.setAttribute("aria-expanded", "false");
        if (inside) (before && before !== document.body && before.isConnected ? before : bubble).focus();
      };
      bubble.addEventListener("click", () => (dialog.open ? close() : open()));
      shut.addEventListener("click", close);
      root.addEventListener("keydown", (event) => event.key === "Escape" && close());
      dialog.addEventListener("cancel", (event) => (event.preventDefault(), close()));
      small.addEventListener("change", () => {
        if (!dialog.open) return;
        const active = root.activeElement;
        dialog.close();
        show();
        if (active) active.focus();
      });

      // The part of the window that an on-screen keyboard leaves; a page that is magnified by hand is left as it is.
      const view = window.visualViewport;
      const fit = () => {
        const magnified = view.scale > 1.01;
        dialog.style.setProperty("--height", magnified ? "100dvh" : `${view.height}px`);
        dialog.style.setProperty("--top", magnified ? "0" : `${view.offsetTop}px`);
      };
      if (view) for (const event of ["resize", "scroll"]) view.addEventListener(event, fit);
      if (link) link.style.setProperty("display", "none", "important");
      document.body.append(host);
    }
    window.CitedFAQ = Object.freeze({ open: () => open(), close: () => close(), ask });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

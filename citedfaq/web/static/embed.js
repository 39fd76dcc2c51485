// The light chat: asks the API and shows the answers that the server has rendered. The conversation lives in this
// page's memory and nowhere else.
(() => {
  "use strict";
  const page = document.documentElement;
  page.classList.add("cf-on");
  if (location.hash === "#panel") page.classList.add("cf-panel");

  const MAX_SENT = 30000; // characters; what is longer the server is not even asked
  const MAX_SHOWN = 2000;
  const MAX_EARLIER = 20; // questions sent along
  const MAX_TURNS = 50; // shown
  const PATIENCE = 30000; // milliseconds until an answer is given up

  const start = () => {
    const $ = (id) => document.getElementById(id);
    const [main, begin, greeting, starters, turns, form, box, send, renew, status, help] = [
      "cf-main", "cf-start", "cf-greeting", "cf-starters", "cf-turns", "cf-form", "cf-box", "cf-send", "cf-new", "cf-status", "cf-help",
    ].map($);
    const byTouch = matchMedia("(pointer: coarse)");
    let earlier = [];
    let asking = null; // the request under way

    const make = (name, className, text) => {
      const element = document.createElement(name);
      element.className = className;
      element.textContent = text;
      return element;
    };

    // Not `scrollIntoView`, which would scroll the page around the frame too.
    const reveal = (element, toTop) => {
      const inner = getComputedStyle(main).overflowY !== "visible";
      const note = $("cf-disclaimer").getBoundingClientRect();
      const { top, bottom } = inner ? main.getBoundingClientRect() : { top: note.bottom, bottom: innerHeight };
      const box = element.getBoundingClientRect();
      const upwards = box.top - top - 4;
      const far = toTop ? upwards : Math.min(upwards, Math.max(0, box.bottom - bottom + 4));
      (inner ? main : document.scrollingElement).scrollTop += far;
    };

    const sources = (count) => (count === 1 ? "1 source" : `${count} sources`);

    // What went wrong, in plain words. The page's disclaimer is in sight meanwhile as always.
    const trouble = (response) => {
      if (!response) return "The assistant cannot be reached. Please check your connection, then ask again.";
      if (response.status === 413) return "That is too much text at once. Please ask in a few sentences.";
      if (response.status === 429) {
        const seconds = Number(response.headers.get("Retry-After")) || 60;
        return `Too many questions have come from here. Please wait ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}, then ask again.`;
      }
      return "The assistant is not available at the moment. Please try again in a few minutes.";
    };

    const ask = async (typed, fromBox) => {
      const question = typed.trim();
      if (asking || !question) return;
      const request = (asking = new AbortController());
      const timer = setTimeout(() => request.abort(), PATIENCE);
      send.setAttribute("aria-disabled", "true");
      status.textContent = "";
      begin.hidden = true;
      renew.hidden = false;
      if (fromBox) box.value = "";

      const turn = make("div", "cf-turn", "");
      const heading = make("h2", "cf-typed", "");
      heading.tabIndex = -1;
      heading.dir = "auto";
      heading.append(make("span", "cf-unseen", "You asked: "), question.length > MAX_SHOWN ? `${question.slice(0, MAX_SHOWN)} …` : question);
      const waiting = make("p", "cf-wait", "Looking in our articles…");
      turn.append(heading, waiting);
      turns.append(turn);
      if (turns.children.length > MAX_TURNS) turns.firstElementChild.remove();
      main.style.setProperty("--cf-room", `${main.clientHeight - 8}px`);
      reveal(turn, true);
      if (!fromBox) heading.focus({ preventScroll: true });

      let response = null;
      let html = "";
      try {
        if (question.length > MAX_SENT) response = new Response(null, { status: 413 });
        else {
          response = await fetch("api/ask", {
            method: "POST",
            credentials: "omit",
            headers: { "Content-Type": "application/json", Accept: "text/html" },
            body: JSON.stringify({ question, history: earlier.slice(-MAX_EARLIER) }),
            signal: request.signal,
          });
          html = await response.text();
        }
      } catch {
        response = null;
      }
      clearTimeout(timer);
      if (asking !== request) return; // a new conversation has begun meanwhile
      asking = null;
      send.removeAttribute("aria-disabled");
      if (response && response.ok) show(turn, heading, waiting, question, html);
      else fail(waiting, question, trouble(response));
    };

    const show = (turn, heading, waiting, question, html) => {
      const holder = document.createElement("template");
      holder.innerHTML = html; // the server escapes every value in it
      const answer = holder.content.querySelector(".cf-answer");
      if (!answer) return fail(waiting, question, trouble({ status: 503 }));
      const is = (outcome) => answer.classList.contains(`cf-${outcome}`);
      if (is("personal_information")) heading.textContent = "(your message is not shown again)";
      else earlier = [...earlier, question.slice(0, MAX_SHOWN)].slice(-MAX_EARLIER);
      const alarm = is("emergency") && answer.querySelector(".cf-card");
      if (alarm) alarm.setAttribute("role", "alert"); // the only part that is read out as it is, and at once
      waiting.replaceWith(answer);
      if (!alarm) {
        const text = (name) => (answer.querySelector(name) || { textContent: "" }).textContent.trim();
        const count = answer.querySelectorAll(".cf-quote").length;
        status.textContent = is("answered") ? `Answer ready, ${sources(count)}` : text(is("urgent") ? ".cf-card" : ".cf-message");
      }
    };

    const fail = (waiting, question, words) => {
      const answer = make("div", "cf-answer cf-error", "");
      answer.append(make("p", "cf-message", words), help.content.cloneNode(true));
      waiting.replaceWith(answer);
      status.textContent = words;
      if (!box.value && question.length <= MAX_SENT) box.value = question; // to be sent again with one press
    };

    const restart = () => {
      if (asking) asking.abort();
      asking = null;
      earlier = [];
      turns.textContent = box.value = "";
      send.removeAttribute("aria-disabled");
      begin.hidden = false;
      renew.hidden = true;
      main.scrollTop = 0;
      status.textContent = "New conversation";
      (byTouch.matches ? greeting : box).focus();
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(box.value, true);
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      ask(box.value, true);
    });
    main.addEventListener("click", (event) => {
      const button = event.target.closest(".cf-ask");
      if (button) ask(button.textContent, false);
    });
    main.addEventListener("toggle", ({ target }) => target.open && reveal(target, false), true);
    renew.addEventListener("click", restart);

    // A page that frames this one may greet in its own words. Only pages that the clinic allows can frame it, and only
    // they are listened to.
    const allowed = [location.origin, ...document.body.dataset.origins.split(" ")];
    let host = null;
    const text = (value, most) => (typeof value === "string" ? value.trim().slice(0, most) : "");
    const colour = (value) => /^#[\da-f]{6}$/i.test(value);
    const says = {
      hello: (data, origin) => {
        host = origin;
        if (text(data.greeting, 300)) greeting.textContent = text(data.greeting, 300);
        const questions = Array.isArray(data.starters) ? data.starters.map((each) => text(each, 200)).filter(Boolean) : [];
        if (questions.length) {
          starters.replaceChildren(
            ...questions.slice(0, 6).map((question) => {
              const item = document.createElement("li");
              const button = make("button", "cf-ask", question);
              button.type = "button";
              item.append(button);
              return item;
            }),
          );
        }
        if (colour(data.brand) && colour(data.ink)) {
          page.style.setProperty("--cf-fill", data.brand);
          page.style.setProperty("--cf-fill-ink", data.ink);
        }
        parent.postMessage({ citedfaq: "ready" }, host);
      },
      ask: (data) => (asking ? (box.value = text(data.question, MAX_SENT)) : ask(text(data.question, MAX_SENT), false)),
      focus: () => box.focus(),
    };
    addEventListener("message", ({ source, origin, data }) => {
      if (parent === window || source !== parent || !allowed.includes(origin) || !data) return;
      if (Object.keys(says).includes(data.citedfaq)) says[data.citedfaq](data, origin);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && host && !event.isComposing) parent.postMessage({ citedfaq: "close" }, host);
    });

    // On its own it leaves room for an on-screen keyboard; in a frame the frame does.
    const view = window.visualViewport;
    if (view && parent === window) {
      view.addEventListener("resize", () => {
        if (view.scale > 1.01) page.style.removeProperty("--cf-height");
        else page.style.setProperty("--cf-height", `${view.height}px`);
      });
    }
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();

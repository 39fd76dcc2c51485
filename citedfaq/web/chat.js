// Small mends of Gradio's chat. Without this script everything can still be asked and read.
(() => {
  "use strict";
  const names = { user: "Your question", bot: "Answer" };

  // Gradio names each message by its raw mark-up, which a screen reader would read out.
  const rename = (root) => {
    for (const node of root.querySelectorAll("#cf-history [data-testid][aria-label]")) {
      const name = names[node.dataset.testid];
      if (name && node.getAttribute("aria-label") !== name) node.setAttribute("aria-label", name);
      if (name && node.getAttribute("role") !== "group") node.setAttribute("role", "group");
    }
  };

  // A new answer is shown from its first line: the chat scrolls to the question, not to the end.
  let shown = 0;
  const reveal = () => {
    const questions = document.querySelectorAll("#cf-history .cf-typed");
    if (questions.length > shown) questions[questions.length - 1].scrollIntoView({ block: "start" });
    shown = questions.length;
  };

  // Gradio takes roles out of messages, so an emergency is announced by a region of our own.
  const region = document.createElement("div");
  region.setAttribute("role", "alert");
  region.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  let announced = null;
  const announce = () => {
    const answers = document.querySelectorAll("#cf-history .cf-answer");
    const newest = answers[answers.length - 1] || null;
    if (newest === announced) return;
    announced = newest;
    const card = newest && newest.classList.contains("cf-emergency") && newest.querySelector(".cf-card");
    region.textContent = card ? card.innerText : "";
  };

  // A suggested question is asked by pressing it.
  const ask = (text) => {
    const box = document.querySelector("#cf-question textarea");
    const send = document.querySelector("#cf-send");
    if (!box || !send) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => send.click(), 50);
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("#cf-history .cf-ask");
    if (button) ask(button.textContent);
  });

  // Gradio adds this script when the page already stands; a later version may not.
  const start = () => {
    document.body.append(region);
    new MutationObserver(() => {
      rename(document);
      reveal();
      announce();
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();

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

  // What is new is told by regions of our own: Gradio's log would read whole answers, or the conversation once more.
  const region = (role) => {
    const element = document.createElement("div");
    element.setAttribute("role", role);
    element.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
    return element;
  };
  const alarm = region("alert");
  const status = region("status");
  let announced = null;
  const announce = () => {
    for (const log of document.querySelectorAll("#cf-history [aria-live]")) {
      if (log.getAttribute("aria-live") !== "off") log.setAttribute("aria-live", "off");
    }
    const answers = document.querySelectorAll("#cf-history .cf-answer");
    const newest = answers[answers.length - 1] || null;
    if (newest === announced) return;
    announced = newest;
    const is = (outcome) => !!newest && newest.classList.contains(`cf-${outcome}`);
    const text = (name) => ((newest && newest.querySelector(name)) || { innerText: "" }).innerText.trim();
    const sources = newest ? newest.querySelectorAll(".cf-quote").length : 0;
    alarm.textContent = is("emergency") ? text(".cf-card") : "";
    if (is("answered")) status.textContent = `Answer ready, ${sources} ${sources === 1 ? "source" : "sources"}`;
    else status.textContent = is("emergency") ? "" : is("urgent") ? text(".cf-card") : text(".cf-message");
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

  // Gradio shows a bare "Error" for a question that was refused or went astray: say why, and whom to turn to.
  const trouble = document.createElement("div");
  trouble.id = "cf-trouble";
  trouble.setAttribute("role", "alert");
  const tell = (...lines) => {
    const row = document.querySelector("#cf-ask-row");
    if (row && !trouble.isConnected) row.before(trouble);
    trouble.replaceChildren(
      ...lines.filter(Boolean).map((line) => Object.assign(document.createElement("p"), { textContent: line }))
    );
  };
  const plain = window.fetch;
  window.fetch = async (...request) => {
    if (!/\/gradio_api\/run\//.test(String(request[0]?.url ?? request[0]))) return plain(...request);
    tell();
    try {
      const reply = await plain(...request);
      if (!reply.ok) {
        const problem = await reply.clone().json();
        const { clinic_name: clinic, phone } = problem.contact;
        tell(`${problem.title}. ${problem.detail}`, problem.emergency, phone && `${clinic || "The clinic"}: ${phone}`);
      }
      return reply;
    } catch (error) {
      tell("The assistant cannot be reached. Please try again in a little while.");
      throw error;
    }
  };

  // Gradio adds this script when the page already stands; a later version may not.
  const start = () => {
    document.body.append(alarm, status);
    new MutationObserver(() => {
      rename(document);
      reveal();
      announce();
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();

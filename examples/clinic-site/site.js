// A button of the page's own that asks the assistant. Where the widget is not there, the "Ask us" page is.
for (const button of document.querySelectorAll("button.ask")) {
  button.addEventListener("click", () => {
    if (window.CitedFAQ) window.CitedFAQ.ask(button.dataset.question);
    else location.href = "ask.html";
  });
}

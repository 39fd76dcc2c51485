"""The Gradio chat: answers with citations, starter questions, and the disclaimer in sight at all times."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from citedfaq.assistant import MAX_QUESTION
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.render import answer_html, question_html, text_html
from citedfaq.web.answering import Answering, BusyError
from citedfaq.web.assets import FOLDER
from citedfaq.web.errors import BUSY, FAULT, where
from citedfaq.web.html import HEADING, error_fragment
from citedfaq.web.starters import starter_questions

MAX_TURNS = 50
"""Turns that one conversation keeps in memory."""

Turn = tuple[str, str]
"""A question as typed (empty if it held personal details), and its answer as HTML."""

_log = logging.getLogger(__name__)

_HERE = Path(__file__).parent
_SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]


def build_chat(answering: Answering) -> gr.Blocks:
    """Build the chat; every question goes to the assistant in one event that bypasses Gradio's queue."""
    assistant = answering.assistant
    heading = assistant.settings.clinic_name or HEADING

    async def reply(question: str, turns: list[Turn]) -> tuple[list[Turn], list[dict[str, str]], str, Any]:
        turns = await converse(answering, str(question), turns)
        return turns, _messages(turns), "", gr.update(visible=False)

    def restart() -> tuple[list[Turn], list[dict[str, str]], str, Any]:
        return [], [], "", gr.update(visible=True)

    chat = gr.Blocks(title=heading, fill_height=True, fill_width=True, analytics_enabled=False)
    with chat:
        turns = gr.State([])
        with gr.Row(elem_id="cf-head"):
            _html(f"<h1>{text_html(heading)}</h1><p>Answers in our articles' own words</p>", "cf-title")
            new = gr.Button("New conversation", elem_id="cf-new", size="sm", scale=0)
        _html(f'<p role="note">{text_html(DISCLAIMER)}</p>', "cf-disclaimer")
        history = gr.Chatbot(
            elem_id="cf-history",
            show_label=False,
            container=False,
            render_markdown=False,
            latex_delimiters=[],
            buttons=[],
            feedback_options=None,
            autoscroll=False,
            height=None,
        )
        with gr.Column(elem_id="cf-starters") as starters:
            _html("<h2>What would you like to know?</h2>", "cf-invitation")
            buttons = [gr.Button(text, elem_classes="cf-starter", size="sm") for text in starter_questions(assistant)]
        with gr.Row(elem_id="cf-ask-row"):
            box = gr.Textbox(
                elem_id="cf-question",
                label="Your question (please leave out names and other personal details)",
                placeholder="Type your question",
                lines=1,
                max_lines=5,
                autofocus=False,
                scale=1,
            )
            send = gr.Button("Ask", elem_id="cf-send", variant="primary", scale=0)
        outputs = [turns, history, box, starters]
        for trigger in (box.submit, send.click):
            trigger(reply, [box, turns], outputs, **_EVENT)
        for button in buttons:
            button.click(_asking(reply, str(button.value)), [turns], outputs, **_EVENT)
        new.click(restart, None, outputs, **_EVENT)
    return chat


_EVENT: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


async def converse(answering: Answering, question: str, turns: Sequence[Turn]) -> list[Turn]:
    """Return a conversation with one more question and its answer; it keeps its latest `MAX_TURNS` turns.

    A fault is shown as an error in the place of the answer: Gradio would log it, and its message could hold a question.
    """
    kept = question
    try:
        answer = await answering.ask(question, [asked for asked, _ in turns if asked])
        kept = answer.question if answer.outcome != "invalid" else question
        html = answer_html(answer)
    except BusyError:
        html = error_fragment(BUSY, answering.assistant.settings)
    except Exception as error:
        _log.error("The chat failed: %s", where(error))
        html = error_fragment(FAULT, answering.assistant.settings)
    return [*turns, (kept[:MAX_QUESTION], html)][-MAX_TURNS:]


def mount_arguments() -> dict[str, Any]:
    """Return what `gradio.mount_gradio_app` needs beside the chat: looks, and no history, links or error texts."""
    return {
        "theme": gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=["monospace"]),
        "css": _text(FOLDER / "answer.css") + _text(_HERE / "chat.css"),
        # Gradio rewrites `css` for its own elements, and would lose what is the whole page's.
        "head": f"<style>{_text(FOLDER / 'colours.css')}{_text(_HERE / 'chat-low.css')}</style>"
        f"<script>{_text(_HERE / 'chat.js')}</script>",
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "ssr_mode": False,
    }


def _asking(
    reply: Callable[[str, list[Turn]], Coroutine[Any, Any, Any]], question: str
) -> Callable[[list[Turn]], Coroutine[Any, Any, Any]]:
    async def ask(turns: list[Turn]) -> Any:  # noqa: ANN401 - whatever the reply's outputs are
        return await reply(question, turns)

    return ask


def _html(html: str, elem_id: str) -> None:
    # gr.Markdown and not gr.HTML, which would need 'unsafe-eval' in a content security policy.
    gr.Markdown(html, elem_id=elem_id, latex_delimiters=[], container=False)


def _messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    return [
        {"role": role, "content": content}
        for question, answer in turns
        for role, content in (("user", question_html(question)), ("assistant", answer))
    ]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")

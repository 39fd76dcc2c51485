"""The HTTP API: `POST /api/ask`, and whether the app is alive and ready."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from citedfaq.answer import Answer
from citedfaq.render import answer_html
from citedfaq.web.answering import Answering, BusyError
from citedfaq.web.errors import Problem

MAX_HISTORY = 50
"""Earlier questions that one request may carry; the chat keeps as many."""

_RETRY_SECONDS = 5

_PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": Problem.model_json_schema()}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": _PROBLEM}
    for status, description in {
        400: "Not readable as JSON",
        403: "Asked from a website that `embed_origins` does not name",
        413: "More than 64 KB",
        422: "Not a question in this form",
        429: "Too many questions from this client; `Retry-After` says how many seconds to wait",
        500: "A fault of ours",
        503: "Too many questions from everybody at once",
    }.items()
}


class Question(BaseModel):
    """What a patient asks."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="as the patient typed it; a text that is no question gets the outcome `invalid`")
    history: Annotated[list[str], Field(max_length=MAX_HISTORY)] = Field(
        default=[], description="the patient's earlier questions of this conversation, oldest first"
    )


def api(answering: Answering) -> APIRouter:
    """Return the routes of the API."""
    router = APIRouter()

    @router.post(
        "/api/ask",
        summary="Answer a question in the words of the clinic's articles",
        response_model=Answer,
        responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}, **_PROBLEMS},
    )
    async def ask(asked: Question, request: Request) -> Response:
        """Answer a question.

        The reply is JSON, or with `Accept: text/html` the same answer as the chat shows it.
        """
        try:
            answer = await answering.ask(asked.question, asked.history)
        except BusyError:
            raise HTTPException(503, headers={"Retry-After": str(_RETRY_SECONDS)}) from None
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(answer_html(answer), headers={"Vary": "Accept"})
        return JSONResponse(answer.to_json(), headers={"Vary": "Accept"})

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", summary="Whether the app is alive")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", summary="Whether an index is loaded, and which")
    def ready() -> dict[str, str]:
        return {"status": "ready", "build": answering.assistant.index.manifest.build}

    return router

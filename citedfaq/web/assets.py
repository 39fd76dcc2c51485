"""The files of our own pages: read once, named by their digest, compressed and cached."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

FOLDER: Final = Path(__file__).parent / "static"
WIDGET: Final = "widget.js"
"""The one file that stands at the root, under a name that never changes, since clinics paste it."""

_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"
ASK_AGAIN: Final = "no-cache"
"""A browser may keep it, and asks each time whether it is still the same."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, media type, and the digest that names this version of it."""

    body: bytes
    media_type: str
    digest: str


def read_assets() -> dict[str, Asset]:
    """Read the files of our pages, by name; any other kind of file is passed over."""
    found = {}
    for file in sorted(FOLDER.iterdir()):
        if media_type := _MEDIA_TYPES.get(file.suffix):
            body = file.read_bytes()
            found[file.name] = Asset(body, media_type, _digest(body))
    return found


def links(assets: Mapping[str, Asset], root: str) -> dict[str, str]:
    """Return the address of each file as seen from a page from which `root` ("" or "../") leads to the app's root."""
    return {name: f"{root}web/{name}?v={asset.digest}" for name, asset in assets.items() if name != WIDGET}


def asset_response(request: Request, asset: Asset) -> Response:
    """Return a file; under its present digest it is kept for good, otherwise asked for again."""
    cache = _FOR_EVER if request.query_params.get("v") == asset.digest else ASK_AGAIN
    return cached(request, asset.body, asset.media_type, cache)


def widget_response(request: Request, asset: Asset) -> Response:
    """Return the widget's loader, which any website may read, for an hour at a time."""
    response = cached(request, asset.body, asset.media_type, _AN_HOUR)
    # A host page may ask for it with `crossorigin`, or from a context that takes in only what says so itself.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def cached(request: Request, body: bytes, media_type: str, cache: str) -> Response:
    """Return a body with an entity tag, or 304 to a browser that has it already."""
    # Weak, since the same body may travel compressed or not.
    tag = f'W/"{_digest(body)}"'
    headers = {"Cache-Control": cache, "ETag": tag}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]

"""One answer from the web: from a checked address, within limits, redirects checked again."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import httpx

from citedfaq import __version__
from citedfaq.crawl.addresses import RefusedError, is_same_site, normal, resolve

AGENT: Final = "CitedFAQ"
"""The name by which a site's robots.txt may address it."""

_HEADERS: Final = {
    "User-Agent": f"{AGENT}/{__version__} (reads a clinic's own pages for its FAQ)",
    "Accept": "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip, identity;q=0.5",
}
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class Failed(Exception):  # noqa: N818 - it is listed beside a page, not raised to a user
    """An address gave nothing; the message says why in a few words.

    Attributes:
        status: the server's HTTP status, 0 if there was none.
    """

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a crawl goes.

    Attributes:
        pages: most pages of the site.
        page_bytes: most bytes of one page, unpacked.
        page_seconds: most seconds for one answer, from its first connection to its last byte.
        delay: seconds between the end of one request and the next; a longer one in robots.txt goes first.
    """

    pages: int = 500
    page_bytes: int = 5_000_000
    page_seconds: float = 30.0
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer.

    Attributes:
        url: where it came from, after redirects.
        status: 200, or 304 if the version that was named is still the one.
        content: the bytes.
        kind: its media type in small letters, without parameters.
        etag: the version it names, or an empty text.
        modified: its `Last-Modified`, or an empty text.
        robots: its `X-Robots-Tag` in small letters.
    """

    url: str
    status: int
    content: bytes
    kind: str
    etag: str
    modified: str
    robots: str


class Client:
    """Asks for pages of one site, one after the other, with a pause between."""

    def __init__(self, limits: Limits, *, may_be_private: bool) -> None:
        self.limits = limits
        self.delay = limits.delay
        self.may_be_private = may_be_private
        self._waits = False
        # Neither a proxy nor a password from the environment: the address that was checked is the one connected to.
        self._http = httpx.AsyncClient(
            trust_env=False, follow_redirects=False, headers=_HEADERS, timeout=limits.page_seconds
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def get(self, url: str, host: str = "", etag: str = "", modified: str = "") -> Reply:
        """Ask for an address.

        Args:
            url: the address.
            host: if given, redirects that lead to another site are refused.
            etag: of the version that is there.
            modified: `Last-Modified` of the version that is there.

        Raises:
            Failed: it is refused, cannot be reached, takes too long, is too large, or the server says no.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            if self._waits:
                await asyncio.sleep(self.delay)
            self._waits = True
            try:
                async with asyncio.timeout(self.limits.page_seconds):
                    reply, to = await self._once(url, etag, modified)
            except TimeoutError:
                raise Failed(f"no whole answer within {self.limits.page_seconds:g} seconds") from None
            except RefusedError as error:
                raise Failed(str(error)) from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                why = " ".join(str(error).split()) or type(error).__name__
                raise Failed(f"it cannot be reached ({why})") from None
            if reply is not None:
                return reply
            following = normal(to, url)
            if following is None or (host and not is_same_site(following, host)):
                raise Failed(f"it leads to another site ({to[:100]})")
            url = following
        raise Failed(f"it leads on more than {_MOST_REDIRECTS} times")

    async def _once(self, url: str, etag: str, modified: str) -> tuple[Reply | None, str]:
        """Return the answer, or None and where it leads."""
        addresses = await resolve(url, may_be_private=self.may_be_private)
        target = httpx.URL(url)
        headers = {"Host": target.netloc.decode("ascii")}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        response = await self._connect(target, addresses, headers)
        try:
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return None, response.headers["location"]
            if response.status_code not in (200, 304):
                raise Failed(f"the server answers {response.status_code}", response.status_code)
            content = b"" if response.status_code == 304 else await self._content(response)
        finally:
            await response.aclose()
        return Reply(
            url=url,
            status=response.status_code,
            content=content,
            kind=response.headers.get("content-type", "").split(";")[0].strip().lower(),
            etag=response.headers.get("etag", ""),
            modified=response.headers.get("last-modified", ""),
            robots=response.headers.get("x-robots-tag", "").lower(),
        ), ""

    async def _connect(self, target: httpx.URL, addresses: list[str], headers: dict[str, str]) -> httpx.Response:
        """Send a request to the first address that takes it; the certificate is still checked against the name."""
        for number, address in enumerate(addresses, 1):
            request = self._http.build_request(
                "GET", target.copy_with(host=address), headers=headers, extensions={"sni_hostname": target.host}
            )
            try:
                return await self._http.send(request, stream=True)
            except httpx.ConnectError:
                if number == len(addresses):
                    raise
        raise Failed("the host has no address")

    async def _content(self, response: httpx.Response) -> bytes:
        most = self.limits.page_bytes
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > most:
                raise Failed(f"it has more than {most:,} bytes")
        return bytes(content)

"""Bringing the copies of a clinic's pages up to date: what is new, what has changed, what is gone, what failed."""

import asyncio
import contextlib
import datetime
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import filelock
from protego import Protego

from citedfaq import pages
from citedfaq.crawl.addresses import host_of, is_same_site, normal
from citedfaq.crawl.client import AGENT, Client, Failed, Limits, Reply
from citedfaq.crawl.links import PageLinks, may_be_page, sitemap_kind, sitemap_locations, unpacked
from citedfaq.errors import CitedFAQError
from citedfaq.pages import Page

_ENDINGS: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_GONE: Final = (404, 410)
_LONGEST_DELAY: Final = 30.0
_MOST_SITEMAPS: Final = 50
_ROBOTS_BYTES: Final = 500_000
"""What RFC 9309 asks a crawler to read of a robots.txt."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An address that gave no page this time, and why in a few words."""

    url: str
    reason: str


@dataclass(slots=True)
class Crawl:
    """How a crawl ended: addresses in the order in which they were asked for.

    Attributes:
        fetched: pages that are new or have changed.
        unchanged: pages that the server says, or whose bytes say, are the same.
        removed: pages that are no longer listed and no longer there.
        failed: pages that could not be had; an earlier version stays.
        passed: pages that the site asks not to read (robots.txt, `noindex`); an earlier version is removed.
        complete: whether every page was looked at, not only the first `Limits.pages`.
    """

    fetched: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    passed: list[Problem] = field(default_factory=list)
    complete: bool = True


def update_site(
    start: str,
    corpus: Path,
    *,
    limits: Limits | None = None,
    may_be_private: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Crawl:
    """Fetch a site's pages into `corpus/site/<host>/`, where an ingest reads them like any other file.

    Asked for one after the other, with a pause, as robots.txt allows, all on one host. A page that has not changed is
    not sent again. One that fails keeps its earlier version; one that the site no longer lists is removed once the
    server says that it is gone.

    Args:
        start: the address of a sitemap, or of a page to follow the links from.
        corpus: the clinic's articles.
        limits: how far to go.
        may_be_private: accept private and loopback addresses.
        progress: told each address before it is asked for.

    Raises:
        CitedFAQError: the address is none, robots.txt or the start cannot be had, or the folder cannot be written.
    """
    address = normal(start)
    if address is None:
        raise CitedFAQError(f"'{start}' is not an address on the web: give one that starts with https:// or http://.")
    if not corpus.is_dir():
        raise CitedFAQError(f"The corpus folder {corpus} does not exist: create it, or name another with --corpus.")
    return asyncio.run(_run(address, corpus, limits or Limits(), may_be_private, progress))


async def _run(
    start: str, corpus: Path, limits: Limits, may_be_private: bool, progress: Callable[[str], None] | None
) -> Crawl:
    async with Client(limits, may_be_private=may_be_private) as client:
        try:
            first = await client.get(start)
        except Failed as error:
            raise CitedFAQError(f"{start} cannot be fetched: {error}. The pages fetched earlier stay.") from None
        folder = pages.folder_of(corpus, host_of(first.url))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(folder / ".lock", timeout=0):
                return await _Site(client, first, folder, progress).update()
        except filelock.Timeout:
            raise CitedFAQError(f"Another run fetches into {folder}: wait until it ends.") from None
        except OSError as error:
            raise CitedFAQError(f"{folder} cannot be written ({error.strerror}): mend its permissions.") from None


class _Site:
    """One crawl of one host."""

    def __init__(self, client: Client, first: Reply, folder: Path, progress: Callable[[str], None] | None) -> None:
        self.client = client
        self.first = first
        self.host = host_of(first.url)
        self.folder = folder
        self.progress = progress or (lambda _url: None)
        self.record = pages.read_record(folder)
        self.crawl = Crawl()
        self.robots = Protego.parse("")
        self.seen: set[str] = set()

    async def update(self) -> Crawl:
        """Look at every page and return what was found."""
        await self._read_robots()
        listed = sitemap_kind(self._plain(self.first))
        waiting: deque[str] = deque(await self._listed(self.first) if listed else [self.first.url])
        while waiting:
            url = waiting.popleft()
            if url in self.seen or not is_same_site(url, self.host) or not may_be_page(url):
                continue
            if len(self.seen) >= self.client.limits.pages:
                self.crawl.complete = False
                break
            self.seen.add(url)
            links = await self._visit(url)
            if links is not None and not listed:
                waiting.extend(links)
        await self._look_for_gone()
        pages.write_record(self.folder, self.record)
        return self.crawl

    async def _read_robots(self) -> None:
        """Read robots.txt; if the server fails to say, nothing may be fetched (RFC 9309, section 2.3.1)."""
        address = normal("/robots.txt", self.first.url) or ""
        try:
            reply = await self.client.get(address, self.host)
        except Failed as error:
            if 400 <= error.status < 500:
                return
            raise CitedFAQError(f"{address} cannot be fetched ({error}), and it may forbid what follows.") from None
        self.robots = Protego.parse(reply.content[:_ROBOTS_BYTES].decode("utf-8", "replace"))
        asked = self.robots.crawl_delay(AGENT)
        if asked:
            self.client.delay = min(max(self.client.delay, asked), _LONGEST_DELAY)
        if not self.robots.can_fetch(self.first.url, AGENT):
            raise CitedFAQError(f"The robots.txt of {self.host} asks not to fetch {self.first.url}.")

    async def _listed(self, reply: Reply) -> list[str]:
        """Return the pages that a sitemap and those that it lists name."""
        found: list[str] = []
        waiting, read = deque([reply]), {reply.url}
        while waiting:
            sitemap = waiting.popleft()
            content = self._plain(sitemap)
            locations = sitemap_locations(content, sitemap.url)
            if sitemap_kind(content) != "sitemapindex":
                found += locations
                continue
            for location in locations:
                if location in read or len(read) >= _MOST_SITEMAPS or not is_same_site(location, self.host):
                    continue
                read.add(location)
                try:
                    waiting.append(await self.client.get(location, self.host))
                except Failed as error:
                    self._fail(location, str(error))
        return list(dict.fromkeys(found))

    def _plain(self, reply: Reply) -> bytes:
        with contextlib.suppress(ValueError):
            return unpacked(reply.content, self.client.limits.page_bytes)
        return b""

    async def _visit(self, url: str) -> list[str] | None:
        """Bring one page up to date and return where it leads, or None if there is nothing to follow."""
        if not self.robots.can_fetch(url, AGENT):
            self._pass(url, "robots.txt asks not to read it")
            return None
        self.progress(url)
        old = self.record.get(url)
        there = old is not None and (self.folder / old.file).is_file()
        try:
            if url == self.first.url:
                reply = self.first
            elif old is not None and there:
                reply = await self.client.get(url, self.host, old.etag, old.modified)
            else:
                reply = await self.client.get(url, self.host)
        except Failed as error:
            self._fail(url, str(error))
            return None
        if reply.url != url:
            # The page has moved: its new address is a page of its own.
            if reply.url in self.seen:
                self._forget(url)
                return None
            self.seen.add(reply.url)
            self._forget(url)
            url, old = reply.url, self.record.get(reply.url)
        if reply.status == 304 and old is not None:
            self.crawl.unchanged.append(url)
            return PageLinks((self.folder / old.file).read_bytes(), url).targets if old.file.endswith(".html") else None
        return self._take(url, reply)

    def _take(self, url: str, reply: Reply) -> list[str] | None:
        """Keep a page and return where it leads."""
        ending = _ENDINGS.get(reply.kind) or (
            ".html" if not reply.kind and b"<html" in reply.content[:2000].lower() else ""
        )
        if not ending:
            self._fail(url, f"it is neither a web page nor a document ({reply.kind or 'its kind is not named'})")
            return None
        links = PageLinks(reply.content, url) if ending == ".html" else None
        if "noindex" in reply.robots or (links is not None and links.unlisted):
            self._pass(url, "it asks not to be listed (noindex)")
            return links.targets if links else None
        other = links.canonical if links is not None else None
        if other and other != url and is_same_site(other, self.host) and may_be_page(other):
            # The same page under another address; only that one is kept.
            self._forget(url)
            return [other, *(links.targets if links else [])]
        self._keep(url, reply, ending)
        return links.targets if links else None

    def _keep(self, url: str, reply: Reply, ending: str) -> None:
        old = self.record.get(url)
        taken = {page.file for page in self.record.values() if page.url != url}
        name = old.file if old is not None and old.file.endswith(ending) else pages.file_name(url, ending, taken)
        file = self.folder / name
        same = file.is_file() and file.read_bytes() == reply.content
        if not same:
            pages.write_file(file, reply.content)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self.record[url] = Page(url, name, reply.etag, reply.modified, now)
        pages.write_record(self.folder, self.record)
        (self.crawl.unchanged if same else self.crawl.fetched).append(url)

    async def _look_for_gone(self) -> None:
        """Ask once more for each page that the site no longer leads to, and remove those that are gone."""
        if not self.crawl.complete:
            return
        for url in [each for each in self.record if each not in self.seen]:
            self.progress(url)
            try:
                reply = await self.client.get(url, self.host)
            except Failed as error:
                if error.status in _GONE:
                    self.crawl.removed.append(url)
                    self._forget(url)
                else:
                    self._fail(url, str(error))
                continue
            if reply.url != url:
                self.crawl.removed.append(url)
                self._forget(url)
            else:
                self._take(url, reply)

    def _fail(self, url: str, reason: str) -> None:
        self.crawl.failed.append(Problem(url, reason))

    def _pass(self, url: str, reason: str) -> None:
        self.crawl.passed.append(Problem(url, reason))
        self._forget(url)

    def _forget(self, url: str) -> None:
        page = self.record.pop(url, None)
        if page is not None:
            (self.folder / page.file).unlink(missing_ok=True)
            pages.write_record(self.folder, self.record)

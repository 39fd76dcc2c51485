"""Where pages and sitemaps lead."""

import gzip
import html
import io
import re
import zlib
from collections.abc import Iterator

from citedfaq.crawl.addresses import normal
from citedfaq.readers.decoding import decode_page
from citedfaq.readers.draft import UnreadableArticleError
from citedfaq.readers.tree import Element, parse

_LOCATION = re.compile(
    r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc>", re.DOTALL | re.IGNORECASE
)
_IMAGES = re.compile(r"<(image|video|news):.*?</\1:\w+>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!--.*?-->|<\?.*?\?>|\s)*<(?:\w+:)?(urlset|sitemapindex)\b", re.DOTALL
)
_NO_PAGE = re.compile(
    r"\.(jpe?g|png|gif|svg|webp|ico|bmp|tiff?|css|js|json|xml|rss|atom|zip|gz|rar|7z|exe|dmg|apk|mp[34]|m4[av]|avi|mov|wmv|"
    r"webm|ogg|wav|woff2?|ttf|eot|doc|xlsx?|pptx?|ics|vcf|txt|csv)$|/(wp-admin|wp-login|wp-json|cart|checkout|feed)\b",
    re.IGNORECASE,
)


class PageLinks:
    """What a page says to those who follow its links.

    Attributes:
        targets: where its links lead, in order, without those that ask not to be followed.
        unlisted: it asks not to be listed (`noindex`).
        canonical: the address that it names as its own, or None.
    """

    def __init__(self, content: bytes, url: str) -> None:
        """Read a page that was fetched from an address."""
        try:
            page = parse(decode_page(content))
        except UnreadableArticleError:
            page = Element("", {})
        base = next((each.attributes.get("href", "") for each in page.find("base")), "")
        self.base = normal(base, url) or url
        rules = " ".join(
            each.attributes.get("content", "").lower()
            for each in page.find("meta")
            if each.attributes.get("name", "").lower() in ("robots", "citedfaq")
        )
        self.unlisted = bool(re.search(r"\b(noindex|none)\b", rules))
        followed = not re.search(r"\b(nofollow|none)\b", rules)
        self.targets = list(self._targets(page)) if followed else []
        canonical = (
            each.attributes.get("href", "")
            for each in page.find("link")
            if "canonical" in each.attributes.get("rel", "").lower().split()
        )
        self.canonical = normal(next(canonical, ""), url)

    def _targets(self, page: Element) -> Iterator[str]:
        for link in page.find("a", "area"):
            target = normal(link.attributes.get("href", ""), self.base)
            if target and "href" in link.attributes and "nofollow" not in link.attributes.get("rel", "").lower():
                yield target


def sitemap_kind(content: bytes) -> str:
    """Return `urlset` or `sitemapindex` if that is what a file is, else an empty text."""
    found = _ROOT.match(content[:5000])
    return found[1].decode("ascii") if found else ""


def sitemap_locations(content: bytes, url: str) -> list[str]:
    """Return the addresses that a sitemap lists, in order, each once; those of pictures and films are left out."""
    text = _IMAGES.sub("", content.decode("utf-8", "replace"))
    found = (normal(html.unescape(location), url) for location in _LOCATION.findall(text))
    return list(dict.fromkeys(location for location in found if location))


def unpacked(content: bytes, most: int) -> bytes:
    """Return a sitemap that may be packed by gzip.

    Raises:
        ValueError: it is damaged, or unpacks to more than `most` bytes.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            plain = stream.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise ValueError("it is a damaged gzip file") from None
    if len(plain) > most:
        raise ValueError(f"it unpacks to more than {most:,} bytes")
    return plain


def may_be_page(url: str) -> bool:
    """Say whether an address may be that of a page or a document, by its ending."""
    return not _NO_PAGE.search(url.split("?", 1)[0])

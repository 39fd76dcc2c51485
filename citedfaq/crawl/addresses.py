"""Which addresses on the web may be fetched, and in which form each is remembered."""

import ipaddress
import re
import socket
import urllib.parse
from asyncio import get_running_loop

_TRACKING = re.compile(r"(utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|ref|replytocom|share)$", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_URL = 2000


class RefusedError(Exception):
    """An address is not fetched; the message says why in a few words."""


def normal(url: str, base: str = "") -> str | None:
    """Return an address in the one form in which it is compared and remembered; None for what is no web page's.

    Without its fragment, its tracking parameters, a password, and a port that goes without saying.

    Args:
        url: as it stands in a link.
        base: the page that it stands on.
    """
    try:
        parts = urllib.parse.urlsplit(urllib.parse.urljoin(base, url.strip()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode("ascii").lower() if host and ":" not in host else host
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or len(url) > _MOST_URL:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS[parts.scheme]):
        netloc = f"{netloc}:{port}"
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair.partition("=")[0])]
    query = urllib.parse.quote("&".join(kept), safe="%:@!$&'()*+,;=~-._/?")
    return urllib.parse.urlunsplit((parts.scheme, netloc, path, query, ""))


def host_of(url: str) -> str:
    """Return the host of an address, with its port if it names one."""
    return urllib.parse.urlsplit(url).netloc


def is_same_site(url: str, host: str) -> bool:
    """Say whether an address is on a host, with or without `www.`."""
    return host_of(url).removeprefix("www.") == host.removeprefix("www.")


async def resolve(url: str, *, may_be_private: bool) -> list[str]:
    """Return the IP addresses behind an address, each of which may be connected to.

    The caller connects to one of these and never asks for the name again: otherwise a name server could answer with a
    public address first and a private one a moment later (DNS rebinding).

    Raises:
        RefusedError: the host is not known, or any of its addresses is not public.
    """
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    try:
        found = await get_running_loop().getaddrinfo(
            host, parts.port or _DEFAULT_PORTS[parts.scheme], type=socket.SOCK_STREAM
        )
    except OSError:
        raise RefusedError(f"the host {host} is not known") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not may_be_private and not all(map(is_public, addresses)):
        raise RefusedError(
            f"{host} is a private address: set site_may_be_private = true if the clinic's site is meant to be there"
        )
    return addresses


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; those that carry another within count as that one."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast

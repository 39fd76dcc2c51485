"""Unplugs the network: every look-up of a host and every connection but to this machine itself fails.

Python imports this module at start where its folder is on PYTHONPATH; the tests' own process imports it by name.
"""

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {"localhost", "", None}


def refuse_all_but_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host in _LOCAL_NAMES:
        return
    try:
        local = ipaddress.ip_address(host.split("%")[0]).is_loopback or host in ("0.0.0.0", "::")
    except ValueError:
        local = False
    if not local:
        raise PermissionError(f"The tests run with the network unplugged, and something asked for {host!r}.")


sys.addaudithook(refuse_all_but_loopback)

import json
import logging

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from citedfaq.web.paths import root_of, route_path
from citedfaq.web.proxy import TrustedProxies

PROXY = "10.0.0.7"
SAID = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "clinic.example",
    "X-Forwarded-Prefix": "/faq",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9",
}


async def echo(scope, receive, send):
    request = Request(scope)
    reply = {
        "client": scope["client"][0],
        "url": str(request.url),
        "root": scope.get("root_path", ""),
        "path": route_path(scope),
        "said": sorted(name for name in request.headers if name.startswith("x-") or name == "forwarded"),
    }
    await JSONResponse(reply)(scope, receive, send)


def seen(trusted, headers=SAID, peer=PROXY, path="/embed"):
    app = TrustedProxies(echo, trusted)
    return json.loads(TestClient(app, client=(peer, 1)).get(path, headers=headers).text)


@pytest.mark.parametrize("trusted", [PROXY, "10.0.0.0/8", f"127.0.0.1 {PROXY}"])
def test_a_trusted_proxy_is_believed(trusted):
    assert seen(trusted) == {
        "client": "203.0.113.9",
        "url": "https://clinic.example/faq/embed",
        "root": "/faq",
        "path": "/embed",
        "said": [],
    }


@pytest.mark.parametrize("trusted", ["", "127.0.0.1", "10.1.0.0/16"])
def test_nobody_else_is(trusted):
    assert seen(trusted) == {
        "client": PROXY,
        "url": "http://testserver/embed",
        "root": "",
        "path": "/embed",
        "said": [],
    }


def test_an_address_that_a_patient_made_up_is_not_taken():
    """A proxy adds the address it sees at the end; what stands before it may have been sent by anybody."""
    assert seen(PROXY, {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})["client"] == "203.0.113.9"
    assert seen(f"{PROXY} 10.0.0.8", {"X-Forwarded-For": "1.1.1.1, 203.0.113.9, 10.0.0.8"})["client"] == "203.0.113.9"


def test_a_path_may_come_with_its_prefix_or_without():
    prefix = {"X-Forwarded-Prefix": "/faq/"}
    for path in ("/embed", "/faq/embed"):
        assert seen(PROXY, prefix, path=path)["path"] == "/embed"
    assert seen(PROXY, prefix, path="/faqs")["path"] == "/faqs"


@pytest.mark.parametrize("prefix", ["faq", "//evil.example", "/a/../b", "/..", "/a b", "/<b>", "/é", "/"])
def test_a_prefix_that_is_no_path_is_passed_over(prefix):
    found = seen(PROXY, {"X-Forwarded-Prefix": prefix.encode()})
    assert (found["root"], found["path"]) == ("", "/embed")


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "<b>", ""])
def test_a_host_that_is_none_is_passed_over(host):
    assert seen(PROXY, {"X-Forwarded-Host": host})["url"] == "http://testserver/embed"


def test_a_forgotten_proxy_is_told_once(caplog):
    app = TrustedProxies(echo, "")
    client = TestClient(app, client=(PROXY, 1))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client.get("/", headers=SAID)
    assert [record.message for record in caplog.records] == [
        "A proxy forwards requests, but trusted_proxies does not name it: its users count as one client."
    ]


def test_paths_lead_back_to_the_root():
    assert [root_of(path) for path in ("/", "/embed", "/articles/knee", "/a/b/c")] == ["", "", "../", "../../"]
    assert route_path({"path": "/faq/embed", "root_path": "/faq"}) == "/embed"
    assert route_path({"path": "/faq/embed", "root_path": "/faq/"}) == "/embed"
    assert route_path({"path": "/faqs", "root_path": "/faq"}) == "/faqs"

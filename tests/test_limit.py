import asyncio
import time

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from citedfaq.web.limit import RateLimit, client_of


def limited(rate):
    return RateLimit(PlainTextResponse("answer"), rate)


def statuses(app, count, peer="192.0.2.1", method="POST"):
    client = TestClient(app, client=(peer, 1))
    return [client.request(method, "/api/ask").status_code for _ in range(count)]


def test_who_asks_too_much_waits_and_others_do_not():
    app = limited("3/minute")
    assert statuses(app, 5) == [200, 200, 200, 429, 429]
    assert statuses(app, 1, peer="192.0.2.2") == [200]


def test_reading_a_page_does_not_count():
    app = limited("1/minute")
    assert statuses(app, 5, method="GET") == [200] * 5
    assert statuses(app, 2) == [200, 429]


def test_after_the_time_that_is_named_the_client_may_ask_again():
    app = limited("2/second")
    client = TestClient(app)
    for _ in range(2):
        assert client.post("/").status_code == 200
    refused = client.post("/")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    time.sleep(int(refused.headers["retry-after"]))
    assert client.post("/").status_code == 200


def test_the_strictest_of_several_rates_holds():
    app = limited("100/minute; 2/hour")
    assert statuses(app, 3) == [200, 200, 429]
    [refused] = [TestClient(app, client=("192.0.2.1", 1)).post("/")]
    assert 3500 < int(refused.headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_the_new_kind(host, client):
    assert client_of({"client": (host, 1)}) == client


def test_requests_over_a_socket_of_the_machine_count_as_one_client():
    assert client_of({"client": None}) == client_of({}) == ""


def test_what_is_no_request_passes():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(RateLimit(app, "1/minute")({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]

"""`deploy/`: the sample configuration with a real nginx in front of the real app, and the systemd unit."""

import configparser
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from citedfaq import cli
from citedfaq.disclaimer import DISCLAIMER

from .browsing import assert_disclaimer_in_sight, watched
from .conftest import ROOT, serving

DEPLOY = ROOT / "deploy"
MAIN = """
daemon off;
user {user} {group};
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    types {{ text/html html; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/citedfaq.conf;
}}
"""


def sample(**replaced):
    """The sample configuration, with each of these texts, which stand in it once or twice, replaced."""
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in replaced.items():
        assert 1 <= text.count(old) <= 2, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def nginx():
    program = os.environ.get("NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        pytest.skip("no nginx is here: run `make test`, which fetches one where that is possible")
    return program


@pytest.fixture(scope="module")
def running(nginx, first_small_index, tmp_path_factory):
    """The folder of a running nginx with the sample configuration, its address, and what ends the app behind it."""
    folder = tmp_path_factory.mktemp("nginx")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = serving(
        "--index",
        str(first_small_index),
        CITEDFAQ_TRUSTED_PROXIES="127.0.0.1",
        CITEDFAQ_RATE_LIMIT="6/hour",
        CITEDFAQ_PHONE="+1 555 0100",
    )
    address = app.__enter__()
    configuration = sample(
        **{
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/ssl/certs/clinic.example.pem": str(certificate),
            "/etc/ssl/private/clinic.example.key": str(key),
            "server 127.0.0.1:7860": f"server {address.removeprefix('http://')}",
            "/var/log/nginx": str(folder),
            "/var/www/clinic": str(folder),
            "/opt/citedfaq": str(ROOT),
        }
    )
    (folder / "citedfaq.conf").write_text(configuration)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=folder.owner(), group=folder.group()))
    command = [nginx, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(100):
            assert process.poll() is None, process.communicate()[1]
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield folder, f"https://127.0.0.1:{port}", lambda: app.__exit__(None, None, None)
    finally:
        process.terminate()
        process.communicate(timeout=10)
        app.__exit__(None, None, None)


def client(running, peer="127.0.0.1"):
    """A client of nginx that asks from an address of its own."""
    transport = httpx.HTTPTransport(verify=False, local_address=peer)
    return httpx.Client(transport=transport, base_url=running[1])


def test_the_chat_stands_below_its_sub_path(running):
    with client(running) as nginx:
        moved = nginx.get("/faq")
        assert (moved.status_code, moved.headers["location"]) == (301, f"{running[1]}/faq/")
        page = nginx.get("/faq/embed")
        assert page.status_code == 200
        assert page.headers["content-encoding"] == "gzip"
        assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
        for link in re.findall(r'(?:href|src)="(web/[^"]+)"', page.text):
            assert nginx.get(f"/faq/{link.replace('&amp;', '&')}").status_code == 200
        article = nginx.get("/faq/articles/knee")
        [style] = set(re.findall(r'href="(\.\./web/article[^"]+)"', article.text))
        assert nginx.get(f"/faq/articles/{style}").status_code == 200
        assert nginx.get("/faq/config").json()["root"] == f"{running[1]}/faq"
        assert nginx.get("/faq/widget.js").headers["access-control-allow-origin"] == "*"
        missing = nginx.get("/faq/no-such-page", headers={"Accept": "text/html"})
        assert missing.status_code == 404
        assert "+1 555 0100" in missing.text
        assert nginx.get("/embed").status_code == 404  # the clinic's own website


def test_a_browser_asks_and_opens_the_source_below_it(running, browser):
    # Gradio's page asks for /manifest.json of the origin, which the clinic's website does not have.
    with watched(browser, running[1], ignore_https_errors=True, expected="status of 404") as page:
        page.goto(f"{running[1]}/faq/")
        page.fill("#cf-question textarea", "what does knee taping do")
        page.keyboard.press("Enter")
        page.locator(".cf-citation summary").first.click()
        with page.context.expect_page() as opened:
            page.locator("a.cf-open").first.click()
        article = opened.value
        assert article.url.startswith(f"{running[1]}/faq/articles/knee?")
        assert "Taping supports the kneecap" in article.locator("mark").first.inner_text()


def test_in_the_chat_a_patient_who_asks_too_much_reads_why_and_whom_to_call(running, browser):
    with watched(browser, running[1], ignore_https_errors=True, expected="Failed to load resource") as page:
        page.goto(f"{running[1]}/faq/")
        trouble = page.locator("#cf-trouble")
        for number in range(1, 8):
            page.fill("#cf-question textarea", "plasters?")
            page.keyboard.press("Enter")
            page.locator(f".cf-answer >> nth={number - 1}").or_(trouble).first.wait_for()
            if trouble.is_visible():
                break
        assert "Please wait a little" in trouble.inner_text()
        assert "In an emergency, call your local emergency number now." in trouble.inner_text()
        assert "+1 555 0100" in trouble.inner_text()
        assert_disclaimer_in_sight(page)


def test_each_client_is_counted_by_its_own_address(running):
    with client(running, "127.0.0.2") as one, client(running, "127.0.0.3") as other:
        for _ in range(6):
            assert one.post("/faq/api/ask", json={"question": "plasters?"}).status_code == 200
        refused = one.post("/faq/api/ask", json={"question": "plasters?"}, headers={"X-Forwarded-For": "192.0.2.9"})
        assert refused.status_code == 429
        assert refused.json()["contact"]["phone"] == "+1 555 0100"
        assert int(refused.headers["retry-after"]) > 3000
        assert other.post("/faq/api/ask", json={"question": "plasters?"}).status_code == 200


def test_our_own_origin_may_ask_and_another_may_not(running):
    with client(running, "127.0.0.4") as nginx:
        for origin, status in ((running[1], 200), ("https://other.example", 403)):
            reply = nginx.post("/faq/api/ask", json={"question": "plasters?"}, headers={"Origin": origin})
            assert reply.status_code == status


def test_a_flood_and_a_long_body_are_stopped_with_the_disclaimer(running):
    with client(running, "127.0.0.5") as nginx:
        long = nginx.post("/faq/api/ask", content=b"x" * 70_000)
        assert long.status_code == 413
        replies = [nginx.post("/faq/api/ask", content=b"") for _ in range(60)]
        stopped = [reply for reply in replies if reply.headers["content-type"] == "text/html"]
        assert stopped
        for reply in [long, *stopped]:
            assert reply.status_code in (413, 429)
            assert DISCLAIMER in reply.text
            assert reply.headers["retry-after"] == "10"


def test_no_query_string_is_logged_and_no_text_kept(running):
    folder, _, _ = running
    with client(running, "127.0.0.6") as nginx:
        nginx.get("/faq/articles/knee?secret=neck")
        nginx.post("/faq/api/ask", json={"question": "secret neck"})
    logged = (folder / "citedfaq.log").read_text() + (folder / "error.log").read_text()
    assert "GET /faq/articles/knee" in logged
    assert "secret" not in logged
    assert [file for name in ("body", "proxy") for file in (folder / name).rglob("*") if file.is_file()] == []
    assert "buffered to a temporary file" not in logged


def test_without_the_app_whom_to_call_is_still_shown(running):
    """The last one: it ends the app."""
    running[2]()
    with client(running, "127.0.0.7") as nginx:
        for reply in (nginx.get("/faq/embed"), nginx.post("/faq/api/ask", json={"question": "x"})):
            assert reply.status_code == 502
            assert DISCLAIMER in reply.text
            assert "call your local emergency number" in reply.text


def test_the_unit_starts_a_command_that_there_is():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "citedfaq.service")
    service = unit["Service"]
    program, script, *arguments = service["ExecStart"].split()
    assert program == f"{service['WorkingDirectory']}/.venv/bin/python"
    assert (ROOT / script).is_file()
    options = cli._parser().parse_args(["serve", *arguments])
    assert f"server {options.host}:{options.port};" in (DEPLOY / "nginx.conf").read_text()
    for line in Path(DEPLOY / "citedfaq.service").read_text().splitlines():
        if line.startswith("Environment=CITEDFAQ_"):
            assert line == "Environment=CITEDFAQ_TRUSTED_PROXIES=127.0.0.1"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd is here to read its unit")
def test_systemd_understands_the_unit(tmp_path):
    unit = (DEPLOY / "citedfaq.service").read_text().replace("/opt/citedfaq/.venv/bin/python", shutil.which("true"))
    (tmp_path / "citedfaq.service").write_text(unit)
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "citedfaq.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "citedfaq.service:" not in result.stderr

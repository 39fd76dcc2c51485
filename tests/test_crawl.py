import contextlib
import gzip
import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from citedfaq import crawl, pages
from citedfaq.cli import main
from citedfaq.corpus import read_corpus
from citedfaq.crawl import Limits, update_site
from citedfaq.errors import CitedFAQError

QUICK = Limits(delay=0, page_seconds=5)


def page(title: str, body: str = "", head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><nav><a href='/'>Start</a></nav><main>"
        f"<h1>{title}</h1><p>This page tells what {title.lower()} is for.</p>{body}</main></body></html>"
    )


class Site:
    """A clinic's website on this machine, to change at will; `asked` is what was asked for, with the headers."""

    def __init__(self) -> None:
        self.pages: dict[str, object] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                answer = site.pages.get(self.path)
                with contextlib.suppress(ConnectionError):
                    if callable(answer):
                        answer(self)
                    elif answer is None:
                        self.send_error(404)
                    else:
                        status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                        content = body.encode() if isinstance(body, str) else body
                        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                            status, content = 304, b""
                        self.send_response(status)
                        for key, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                            self.send_header(key, value)
                        self.send_header("Content-Length", str(len(content)))
                        self.end_headers()
                        self.wfile.write(content)

            def log_message(self, *_arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def sitemap(self, *paths: str) -> str:
        return "<urlset>" + "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in paths) + "</urlset>"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def fetch(site, folder, start="/sitemap.xml", **options):
    return update_site(site.url + start, folder, **{"limits": QUICK, "may_be_private": True, **options})


def files(folder) -> list[str]:
    return sorted(file.name for file in (folder / "site").rglob("*") if file.is_file() and file.name[0] != ".")


def test_a_sitemap_s_pages_become_articles_that_link_to_their_address(site, folder):
    site.pages = {
        "/sitemap.xml": site.sitemap("/fees/", "/visit.html"),
        "/fees/": page("Fees"),
        "/visit.html": page("Visit"),
    }
    found = fetch(site, folder)
    assert found.fetched == [f"{site.url}/fees/", f"{site.url}/visit.html"]
    assert files(folder) == ["fees.html", "visit.html"]
    corpus = read_corpus(folder)
    assert [(article.title, article.url) for article in corpus.articles] == [
        ("Fees", f"{site.url}/fees/"),
        ("Visit", f"{site.url}/visit.html"),
    ]
    assert "Start" not in corpus.articles[0].text
    assert corpus.skipped == ()


def test_from_a_page_its_links_are_followed_on_the_one_host(site, folder):
    site.pages = {
        "/": page(
            "Start", "<a href='/fees#cash'>Fees</a> <a href='/fees?utm_source=x'>Fees</a> <a href='a.jpg'>Picture</a>"
        ),
        "/fees": page(
            "Fees",
            "<a href='https://elsewhere.example/'>Elsewhere</a> <a href='mailto:x@y.example'>Mail</a>"
            "<a rel='nofollow' href='/login'>Log in</a>",
        ),
    }
    assert fetch(site, folder, "/").fetched == [f"{site.url}/", f"{site.url}/fees"]
    assert site.paths() == ["/", "/robots.txt", "/fees"]


def test_a_second_run_names_the_version_that_is_there_and_is_sent_nothing(site, folder):
    site.pages = {
        "/sitemap.xml": site.sitemap("/a", "/b"),
        "/a": (200, {"ETag": '"1"'}, page("A")),
        "/b": (200, {"Last-Modified": "Wed, 01 Apr 2026 10:00:00 GMT"}, page("B")),
    }
    fetch(site, folder)
    site.asked.clear()
    found = fetch(site, folder)
    assert (found.fetched, found.unchanged) == ([], [f"{site.url}/a", f"{site.url}/b"])
    headers = dict(site.asked)
    assert headers["/a"]["if-none-match"] == '"1"'
    assert headers["/b"]["if-modified-since"] == "Wed, 01 Apr 2026 10:00:00 GMT"


def test_links_of_a_page_that_has_not_changed_are_still_followed(site, folder):
    link = "<a href='/b'>B</a>"
    site.pages = {
        "/": page("Start", "<a href='/a'>A</a>"),
        "/a": (200, {"ETag": '"1"'}, page("A", link)),
        "/b": page("B"),
    }
    fetch(site, folder, "/")
    assert fetch(site, folder, "/").unchanged == [f"{site.url}/", f"{site.url}/a", f"{site.url}/b"]


@pytest.mark.parametrize("answer", [None, (500, {}, "broken"), (200, {"Content-Type": "image/png"}, b"\x89PNG")])
def test_a_page_that_fails_is_listed_and_its_earlier_version_stays(site, folder, answer):
    site.pages = {"/sitemap.xml": site.sitemap("/a", "/b"), "/a": page("A"), "/b": page("B")}
    fetch(site, folder)
    site.pages["/a"] = answer
    found = fetch(site, folder)
    assert [problem.url for problem in found.failed] == [f"{site.url}/a"]
    assert found.failed[0].reason.startswith(("the server answers", "it is neither a web page nor"))
    assert found.unchanged == [f"{site.url}/b"]
    assert files(folder) == ["a.html", "b.html"]


def test_a_page_is_removed_once_it_is_neither_listed_nor_there(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a", "/b", "/c"), "/a": page("A"), "/b": page("B"), "/c": page("C")}
    fetch(site, folder)
    site.pages["/sitemap.xml"] = site.sitemap("/a")
    del site.pages["/b"]
    site.pages["/c"] = (503, {}, "")
    found = fetch(site, folder)
    assert found.removed == [f"{site.url}/b"]
    assert [problem.url for problem in found.failed] == [f"{site.url}/c"]
    assert files(folder) == ["a.html", "c.html"]


def test_what_robots_txt_forbids_is_not_asked_for_and_its_delay_is_kept(site, folder):
    site.pages = {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /staff\nCrawl-delay: 0.2"),
        "/sitemap.xml": site.sitemap("/a", "/staff/rota"),
        "/a": page("A"),
        "/staff/rota": page("Rota"),
    }
    started = time.monotonic()
    found = fetch(site, folder)
    assert [(problem.url, problem.reason) for problem in found.passed] == [
        (f"{site.url}/staff/rota", "robots.txt asks not to read it")
    ]
    assert site.paths() == ["/sitemap.xml", "/robots.txt", "/a"]
    assert time.monotonic() - started >= 0.2


def test_a_page_that_is_forbidden_from_now_on_is_taken_out(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a", "/b"), "/a": page("A"), "/b": page("B")}
    fetch(site, folder)
    site.pages["/a"] = page("A", head="<meta name=robots content='noindex, nofollow'>")
    site.pages["/b"] = (200, {"X-Robots-Tag": "noindex"}, page("B"))
    assert [problem.reason for problem in fetch(site, folder).passed] == ["it asks not to be listed (noindex)"] * 2
    assert files(folder) == []


def test_a_robots_txt_that_cannot_be_had_forbids_all(site, folder):
    site.pages = {"/robots.txt": (503, {}, ""), "/sitemap.xml": site.sitemap("/a"), "/a": page("A")}
    with pytest.raises(
        CitedFAQError, match=r"robots.txt cannot be fetched \(the server answers 503\), and it may forbid"
    ):
        fetch(site, folder)
    site.pages["/robots.txt"] = (200, {}, "User-agent: CitedFAQ\nDisallow: /")
    with pytest.raises(CitedFAQError, match="asks not to fetch"):
        fetch(site, folder)


def test_a_start_that_fails_is_an_error_and_the_pages_stay(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a"), "/a": page("A")}
    fetch(site, folder)
    del site.pages["/sitemap.xml"]
    with pytest.raises(CitedFAQError, match=r"sitemap.xml cannot be fetched: the server answers 404\. The pages"):
        fetch(site, folder)
    assert files(folder) == ["a.html"]


def test_no_more_pages_than_the_limit_are_read_and_none_is_taken_for_gone(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a", "/b", "/c"), "/a": page("A"), "/b": page("B"), "/c": page("C")}
    fetch(site, folder)
    del site.pages["/c"]
    found = fetch(site, folder, limits=Limits(pages=2, delay=0))
    assert (found.complete, found.removed, len(files(folder))) == (False, [], 3)


def test_a_page_that_is_too_large_or_too_slow_fails_alone(site, folder):
    def slow(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b"<p>still")
            handler.wfile.flush()
            time.sleep(0.1)

    site.pages = {
        "/sitemap.xml": site.sitemap("/a", "/large", "/slow"),
        "/a": page("A"),
        "/large": "x" * 3000,
        "/slow": slow,
    }
    found = fetch(site, folder, limits=Limits(delay=0, page_bytes=2000, page_seconds=0.6))
    assert [problem.reason for problem in found.failed] == [
        "it has more than 2,000 bytes",
        "no whole answer within 0.6 seconds",
    ]
    assert files(folder) == ["a.html"]


def test_a_packed_answer_counts_by_what_it_unpacks_to(site, folder):
    bomb = gzip.compress(b"<p>" + b"x" * 1_000_000)
    site.pages = {
        "/sitemap.xml": site.sitemap("/bomb"),
        "/bomb": (200, {"Content-Encoding": "gzip"}, bomb),
    }
    found = fetch(site, folder, limits=Limits(delay=0, page_bytes=100_000))
    assert [problem.reason for problem in found.failed] == ["it has more than 100,000 bytes"]


def test_sitemaps_may_list_sitemaps_and_be_packed(site, folder):
    listed = "".join(
        f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("one.xml.gz", "two.xml", "gone.xml")
    )
    index = f"<?xml version='1.0'?>\n<sitemapindex>{listed}</sitemapindex>"
    one = (
        f"<urlset><url><loc><![CDATA[{site.url}/a?x=1&y=2]]></loc><image:image><image:loc>{site.url}/i</image:loc>"
        f"</image:image></url><url><loc>{site.url}/b?x=1&amp;y=2</loc></url></urlset>"
    )
    site.pages = {
        "/sitemap.xml": index,
        "/one.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(one.encode())),
        "/two.xml": site.sitemap("/c"),
        "/a?x=1&y=2": page("A"),
        "/b?x=1&y=2": page("B"),
        "/c": page("C"),
    }
    found = fetch(site, folder)
    assert found.fetched == [f"{site.url}/a?x=1&y=2", f"{site.url}/b?x=1&y=2", f"{site.url}/c"]
    assert [problem.url for problem in found.failed] == [f"{site.url}/gone.xml"]


def test_a_sitemap_that_unpacks_to_too_much_lists_nothing(site, folder):
    site.pages = {"/sitemap.xml": (200, {}, gzip.compress(b"<urlset>" + b" " * 200_000))}
    found = fetch(site, folder, limits=Limits(delay=0, page_bytes=100_000))
    assert found.fetched == []


def test_of_one_page_under_two_addresses_the_canonical_is_kept(site, folder):
    head = f"<link rel=canonical href='{site.url}/fees'>"
    site.pages = {
        "/": page("Start", "<a href='/fees?from=menu'>Fees</a>"),
        "/fees?from=menu": page("Fees", head=head),
        "/fees": page("Fees", head=head),
    }
    assert fetch(site, folder, "/").fetched == [f"{site.url}/", f"{site.url}/fees"]


def test_a_page_that_has_moved_is_kept_under_its_new_address(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/old", "/new"), "/old": page("Fees"), "/new": page("Prices")}
    fetch(site, folder)
    site.pages["/old"] = (301, {"Location": "/new"}, "")
    found = fetch(site, folder)
    assert (found.unchanged, files(folder)) == ([f"{site.url}/new"], ["new.html"])


def test_documents_are_fetched_as_they_are(site, folder):
    site.pages = {
        "/": page("Start", "<a href='/form.pdf'>Form</a>"),
        "/form.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.4"),
    }
    fetch(site, folder, "/")
    assert files(folder) == ["form.pdf", "index.html"]
    assert (folder / "site" / f"127.0.0.1-{site.port}" / "form.pdf").read_bytes() == b"%PDF-1.4"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/", "http://2130706433/"]
)
def test_private_addresses_are_refused_before_anything_is_asked_for(folder, address):
    with pytest.raises(CitedFAQError, match="is a private address: set site_may_be_private = true|is not known"):
        update_site(address, folder, limits=QUICK)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_connected_to(address, public):
    from citedfaq.crawl.addresses import is_public

    assert is_public(address) == public


def test_a_redirect_to_another_site_is_refused(site, folder):
    site.pages = {
        "/sitemap.xml": site.sitemap("/a", "/round"),
        "/a": (302, {"Location": "http://169.254.169.254/latest"}, ""),
        "/round": (302, {"Location": "/round"}, ""),
    }
    assert [problem.reason for problem in fetch(site, folder).failed] == [
        "it leads to another site (http://169.254.169.254/latest)",
        "it leads on more than 5 times",
    ]


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to(site, folder, monkeypatch):
    """A name server that answers with a public address first and a private one later gets nowhere."""
    looked_up = []
    real = socket.getaddrinfo

    def rebinding(host, port, *arguments, **options):
        looked_up.append(host)
        if host == "clinic.example":
            answer = "127.0.0.1" if len(looked_up) < 2 else "10.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))]
        return real(host, port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.pages = {"/a": page("A")}
    from citedfaq.crawl.client import Client

    async def one():
        async with Client(QUICK, may_be_private=True) as client:
            return await client.get(f"http://clinic.example:{site.port}/a")

    import asyncio

    assert asyncio.run(one()).status == 200
    assert looked_up.count("clinic.example") == 1
    assert site.asked[0][1]["host"] == f"clinic.example:{site.port}"


def test_what_is_no_address_or_no_corpus_is_an_error(folder, tmp_path):
    with pytest.raises(CitedFAQError, match="'ftp://x' is not an address on the web"):
        update_site("ftp://x", folder)
    with pytest.raises(CitedFAQError, match="nowhere does not exist"):
        update_site("https://clinic.example/", tmp_path / "nowhere")


def test_two_runs_do_not_meet(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a")}

    def other(handler):
        with pytest.raises(CitedFAQError, match="Another run fetches into"):
            fetch(site, folder)
        handler.send_error(404)

    site.pages["/a"] = other
    assert len(fetch(site, folder).failed) == 1


def test_a_damaged_record_names_the_remedy(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a"), "/a": page("A")}
    fetch(site, folder)
    record = next(folder.rglob(pages.RECORD))
    record.write_text("[{")
    with pytest.raises(CitedFAQError, match=r"\.pages\.json is damaged: remove the folder"):
        fetch(site, folder)
    assert [article.url for article in read_corpus(folder).articles] == [None]
    record.write_text(json.dumps([{"url": "https://x.example/", "file": "../../secret.md"}]))
    assert pages.read_record(record.parent) == {}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.example/", "index.html"),
        ("https://x.example/Fees/Adults.php", "fees-adults.html"),
        ("https://x.example/fees", "fees-6ed8b0c4.html"),
        ("https://x.example/?p=7", "index-"),
        ("https://x.example/%C3%A4", "index-"),
    ],
)
def test_a_file_has_its_page_s_path_for_a_name(url, name):
    assert pages.file_name(url, ".html", {"fees.html"}).startswith(name.removesuffix("-6ed8b0c4.html"))


def test_the_command_fetches_and_lists_what_failed(site, tmp_path, folder, capsys, monkeypatch):
    site.pages = {"/sitemap.xml": site.sitemap("/fees", "/gone", "/own"), "/fees": page("Fees"), "/own": page("Own")}
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /own")
    # `--check` stops before the encoder is loaded.
    command = ["ingest", "--check", "--corpus", str(folder), "--index", str(tmp_path / "index")]
    command += ["--site", f"{site.url}/sitemap.xml"]
    assert main(command) == 1
    assert "is a private address: set site_may_be_private = true" in capsys.readouterr().err
    monkeypatch.setenv("CITEDFAQ_SITE_MAY_BE_PRIVATE", "true")
    monkeypatch.setattr(crawl.site, "Limits", lambda: QUICK)
    assert main(command) == 3
    told = capsys.readouterr()
    assert f"failed {site.url}/gone: the server answers 404" in told.err
    assert f"passed over {site.url}/own: robots.txt asks not to read it" in told.err
    assert "Pages: 1 fetched, 0 unchanged, 0 removed, 1 failed" in told.err
    assert told.out.startswith("Articles: 1 added")


def test_each_page_is_told_before_it_is_asked_for(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/a"), "/a": page("A")}
    told: list[str] = []
    fetch(site, folder, progress=told.append)
    assert told == [f"{site.url}/a"]
    assert crawl.Failed("x").status == 0


def test_an_ending_that_is_no_page_s_is_not_asked_for_and_broken_pages_lead_nowhere(site, folder):
    site.pages = {
        "/": page("Start", "<a href='/x.css'>x</a><a>no address</a><a href='http://[bad'>x</a><a href='/b'>B</a>")
    }
    site.pages["/b"] = (200, {"Content-Type": "text/html"}, b"\0\x01" * 100)
    found = fetch(site, folder, "/")
    assert found.fetched == [f"{site.url}/", f"{site.url}/b"]
    assert [file.reason for file in read_corpus(folder).skipped] == ["it is not text"]


def test_a_page_that_no_link_leads_to_but_that_is_there_stays(site, folder):
    site.pages = {"/": page("Start", "<a href='/a'>A</a>"), "/a": page("A")}
    fetch(site, folder, "/")
    site.pages["/"] = page("Start")
    found = fetch(site, folder, "/")
    assert found.unchanged == [f"{site.url}/a"]
    site.pages["/a"] = (301, {"Location": "/"}, "")
    assert fetch(site, folder, "/").removed == [f"{site.url}/a"]


def test_a_page_that_moved_to_one_already_read_is_forgotten(site, folder):
    site.pages = {"/sitemap.xml": site.sitemap("/new", "/old"), "/new": page("New"), "/old": page("Old")}
    fetch(site, folder)
    site.pages["/old"] = (302, {"Location": "/new"}, "")
    fetch(site, folder)
    assert files(folder) == ["new.html"]


def test_a_damaged_gzip_sitemap_lists_nothing(site, folder):
    site.pages = {"/sitemap.xml": (200, {}, b"\x1f\x8b\x08broken")}
    assert fetch(site, folder).fetched == []


def test_a_host_that_cannot_be_reached_is_named(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(CitedFAQError, match="cannot be fetched: it cannot be reached"):
        update_site(address, folder, limits=QUICK, may_be_private=True)


def test_a_folder_that_cannot_be_written_is_named(site, folder):
    site.pages = {"/": page("Start")}
    (folder / "site").write_text("in the way")
    with pytest.raises(CitedFAQError, match=r"cannot be written \(.*\): mend its permissions\."):
        fetch(site, folder, "/")

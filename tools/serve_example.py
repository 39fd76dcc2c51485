"""`make example`: serve the small clinic website of `examples/clinic-site/`, and CitedFAQ for it, on two ports.

The pages name the assistant as https://faq.clinic.example; the address that it really has is put in its place. They are
sent under a strict content security policy, as a careful clinic would have it; docs/embed.md explains its two lines for
CitedFAQ.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parent.parent
SITE = ROOT / "examples" / "clinic-site"
PLACEHOLDER = "https://faq.clinic.example"


class ClinicSite(SimpleHTTPRequestHandler):
    """The website's pages, with the assistant's address in them.

    Args:
        faq: the assistant's address, without a slash at the end.
    """

    def __init__(self, *arguments: object, faq: str) -> None:
        self.faq = faq
        super().__init__(*arguments, directory=str(SITE))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a page."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.suffix != ".html" or not file.is_file():
            super().do_GET()
            return
        page = file.read_text(encoding="utf-8").replace(PLACEHOLDER, self.faq).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", policy(self.faq))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of each request."""


def policy(faq: str) -> str:
    """Return the website's content security policy: its own files, and the assistant's script and frame."""
    origin = "/".join(faq.split("/")[:3])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {origin}",
            f"frame-src {origin}",
            "img-src 'self' data:",
            "base-uri 'none'",
            "object-src 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def serve_site(port: int, faq: str) -> ThreadingHTTPServer:
    """Serve the website in a thread of its own until `shutdown()` is called on what is returned."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(ClinicSite, faq=faq))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> int:
    """Serve both until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the example website with CitedFAQ on it.")
    parser.add_argument("--port", type=int, default=8080, help="of the website (default: 8080)")
    parser.add_argument("--faq-port", type=int, default=7860, help="of CitedFAQ (default: 7860)")
    parser.add_argument("--index", default="index")
    options = parser.parse_args()
    faq = f"http://127.0.0.1:{options.faq_port}"
    origin = f"http://127.0.0.1:{options.port}"
    environment = {**os.environ, "CITEDFAQ_EMBED_ORIGINS": origin, "CITEDFAQ_CLINIC_NAME": "Elm Street Clinic"}
    command = [sys.executable, "app.py", "--port", str(options.faq_port), "--index", options.index]
    # Ended by `kill` as by Ctrl+C: the assistant goes with the website.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = subprocess.Popen(command, cwd=ROOT, env=environment)
    site = serve_site(options.port, faq)
    print(f"The clinic's website: {origin}", file=sys.stderr)
    try:
        return app.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        site.shutdown()
        if app.poll() is None:
            app.send_signal(signal.SIGTERM)
            app.wait(30)


if __name__ == "__main__":
    sys.exit(main())

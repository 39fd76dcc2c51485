"""`python benchmarks/start.py`: until the chat is ready, and its memory, beside Gradio's own.

Each in a process of its own, in turns. Memory is what the process alone holds after its first answer or page
(`/proc/PID/smaps_rollup`, so on Linux only): proportional to how many processes share a page; and, in brackets, what is
resident at all, whoever shares it. `--parts` tells instead what each part of a start takes, in this process.
"""

import argparse
import gc
import importlib
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

ROOT: Final = Path(__file__).parent.parent
EMPTY: Final = """
import sys, gradio as gr
with gr.Blocks() as empty:
    gr.Chatbot()
empty.launch(server_port=int(sys.argv[1]), quiet=True)
"""


def main(arguments: Sequence[str]) -> int:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description="Cold start and memory beside Gradio's own.")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index to serve (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="starts of each (%(default)s)")
    parser.add_argument("--parts", action="store_true", help="what each part of a start takes")
    options = parser.parse_args(arguments)
    if options.parts:
        _print_parts(options.index)
        return 0
    imports, starts, empties, memories, empty_memories = [], [], [], [], []
    for _ in range(options.rounds):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import gradio"], check=True, env=_environment())
        imports.append(time.perf_counter() - started)
        took, memory = _served([sys.executable, "-c", EMPTY], "/config", ask=False)
        empties.append(took)
        empty_memories.append(memory)
        command = [sys.executable, "app.py", "--index", str(options.index), "--port"]
        took, memory = _served(command, "/readyz", ask=True)
        starts.append(took)
        memories.append(memory)
    seconds, importing = statistics.median(starts), statistics.median(imports)
    (used, resident), (empty, empty_resident) = map(_medians, (memories, empty_memories))
    ratio = statistics.median(one / other for one, other in zip(starts, imports, strict=True))
    sys.stdout.write(
        f"ready after {seconds:.1f} s; importing Gradio alone {importing:.1f} s, an empty Gradio app "
        f"{statistics.median(empties):.1f} s; ready / importing {ratio:.2f}\n"
        f"memory {used:.0f} MB ({resident:.0f} resident); an empty Gradio app {empty:.0f} MB ({empty_resident:.0f}); "
        f"ratio {used / empty:.2f} ({resident / empty_resident:.2f})\n"
    )
    return 0


def _print_parts(index: Path) -> None:
    from citedfaq.web.footprint import starting, trim

    def imported(name: str) -> Callable[[], object]:
        return lambda: importlib.import_module(name)

    def encoder() -> object:
        from citedfaq.encoder.choice import encoder_to_serve
        from citedfaq.manifest import current_manifest

        manifest = current_manifest(index)
        made = encoder_to_serve(manifest.encoder, index, manifest.encoder_digest)
        return made, made.encode_pieces(["How long does soreness last?"])

    def care() -> object:
        from citedfaq.care import load_rules

        return load_rules()

    parts: dict[str, Callable[[], object]] = {
        "Gradio": imported("gradio"),
        "ONNX Runtime": imported("onnxruntime"),
        "FAISS": imported("faiss"),
        "all other code": imported("citedfaq.web.app"),
        "the model and its tokenizer": encoder,
        "care rules": care,
    }
    kept = []
    sys.stdout.write("| part | MB | s |\n|---|---|---|\n")
    with starting():
        for name, make in parts.items():
            before, started = _megabytes(os.getpid())[0], time.perf_counter()
            kept.append(make())
            took = time.perf_counter() - started
            gc.collect()
            trim()
            sys.stdout.write(f"| {name} | {_megabytes(os.getpid())[0] - before:.0f} | {took:.2f} |\n")


def _served(command: Sequence[str], path: str, *, ask: bool) -> tuple[float, tuple[float, float]]:
    """Start a server; return the seconds until it is ready, and its megabytes after a page and an answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, str(port)], cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not _answers(client, address + path):
                if process.poll() is not None:
                    raise SystemExit(f"{command[1]} ended with {process.returncode}")
                time.sleep(0.02)
            took = time.perf_counter() - started
            client.get(address).raise_for_status()
            if ask:
                client.post(f"{address}/api/ask", json={"question": "How long does soreness last?"}).raise_for_status()
        return took, _megabytes(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(address).is_success
    except httpx.HTTPError:
        return False


def _megabytes(pid: int) -> tuple[float, float]:
    """Return what a process holds, in its share of what others use too, and what is resident."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    shared, resident = (re.findall(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)[0] for name in ("Pss", "Rss"))
    return int(shared) / 1000, int(resident) / 1000


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def _environment() -> dict[str, str]:
    return {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

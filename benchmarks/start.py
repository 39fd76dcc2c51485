"""`python benchmarks/start.py`: until the chat is ready, and its memory, beside Gradio's own.

Each in a process of its own, in turns. Memory is what the process alone holds after its first answer or page
(`/proc/PID/smaps_rollup`, so on Linux only): proportional to how many processes share a page.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

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
    options = parser.parse_args(arguments)
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
    used, empty = statistics.median(memories), statistics.median(empty_memories)
    ratio = statistics.median(one / other for one, other in zip(starts, imports, strict=True))
    sys.stdout.write(
        f"ready after {seconds:.1f} s; importing Gradio alone {importing:.1f} s, an empty Gradio app "
        f"{statistics.median(empties):.1f} s; ready / importing {ratio:.2f}\n"
        f"memory {used:.0f} MB; an empty Gradio app {empty:.0f} MB; ratio {used / empty:.2f}\n"
    )
    return 0


def _served(command: Sequence[str], path: str, *, ask: bool) -> tuple[float, float]:
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


def _megabytes(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return int(re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[0]) / 1000


def _environment() -> dict[str, str]:
    return {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

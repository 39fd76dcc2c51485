#!/usr/bin/env python3
"""Make ``.venv``: the environment of ``make run`` and, with ``--dev``, of the checks.

Runs on the system's Python with nothing installed. A second run finds its stamps and returns at once; an install that
was killed begins anew. On Linux the default build of torch brings gigabytes of CUDA libraries: they are not installed
unless ``ALLOW_CUDA=1`` asks for them. ``TORCH_INDEX`` names another package index with CPU builds of torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "unfinished"  # stands while pip writes: what a killed pip leaves behind is not trusted
CPU_INDEX = "https://download.pytorch.org/whl/cpu"  # PyTorch's own index of builds without CUDA


class SetupError(Exception):
    """One sentence for the user: what is wrong and what mends it."""


def say(text: str) -> None:
    """Write a line for the user to stderr."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout, its output captured and its exit status left to the caller."""
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=timeout)


def pip_install(*arguments: str) -> str:
    """Run ``pip install`` in ``.venv``, twice if need be, and return its stdout; raise SetupError if both fail."""
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *arguments]
    result = run(*command)
    if result.returncode:
        result = run(*command)
    if result.returncode:
        say(result.stderr.rstrip())
        raise SetupError("pip gave up, for the reason above: check the network and run the same command again.")
    return result.stdout


def make_venv() -> None:
    """Create ``.venv``, or keep the one that is there if it is whole and of this Python's version.

    Raises:
        SetupError: this Python cannot make virtual environments.
    """
    probe = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if PYTHON.exists() and not UNFINISHED.exists() and run(PYTHON, "-c", probe).returncode == 0:
        return
    say(f"Creating .venv with Python {sys.version.split()[0]}.")
    made = run(sys.executable, "-m", "venv", "--clear", VENV)
    if made.returncode:
        say((made.stdout + made.stderr).rstrip())
        raise SetupError(
            "Python could not make .venv, for the reason above: install its venv module (on Debian and Ubuntu: "
            "sudo apt-get install python3-venv) and run the same command again."
        )


def cuda_packages(report: str) -> list[str]:
    """Return the CUDA packages, as ``name==version``, in what ``pip install --dry-run --report -`` wrote."""
    planned = [item["metadata"] for item in json.loads(report)["install"]]
    names = [f"{package['name'].lower().replace('_', '-')}=={package['version']}" for package in planned]
    return [name for name in names if re.match(r"nvidia-|cuda-|triton|torch==.*\+(cu|rocm)", name)]


def reachable(url: str) -> bool:
    """Tell within four seconds, slow name servers included, whether the address answers."""
    probe = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=3)"
    try:
        return run(sys.executable, "-c", probe, url, timeout=4).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def install_torch(version: str) -> None:
    """Install this version of torch where it is not there yet, as a build without CUDA unless the user asked for CUDA.

    Raises:
        SetupError: no build without CUDA is within reach.
    """
    found = run(PYTHON, "-c", "import importlib.metadata; print(importlib.metadata.version('torch'))").stdout
    if found.strip().split("+")[0] == version or os.environ.get("ALLOW_CUDA") == "1":
        return  # with ALLOW_CUDA it comes with the rest
    say(f"Installing torch {version} for the CPU (about 200 MB).")
    torch = f"torch=={version}"
    index = os.environ.get("TORCH_INDEX") or (CPU_INDEX if reachable(f"{CPU_INDEX}/torch/") else None)
    if index:
        pip_install("--no-deps", "--index-url", index, torch)  # what it needs comes with the rest
        return
    # fast-deps learns what a wheel needs without downloading it, also from an index that does not say so by itself.
    cuda = cuda_packages(pip_install("--dry-run", "--use-feature=fast-deps", "--report", "-", torch))
    if cuda:
        raise SetupError(
            f"{CPU_INDEX} does not answer, and elsewhere torch brings gigabytes of CUDA ({cuda[0]} and {len(cuda) - 1} "
            "more), so nothing was installed: run `TORCH_INDEX=<url of an index with CPU builds> make run`, "
            "or, to take CUDA, `ALLOW_CUDA=1 make run`."
        )
    pip_install("--no-deps", torch)


def main(arguments: list[str]) -> int:
    """Make the environment ready and return the exit status: 0 ready, 1 not."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the system's Python may be older than the project's)
        say(f"CitedFAQ needs Python 3.11 or newer, not {sys.version.split()[0]}: try `make run PYTHON=python3.12`.")
        return 1
    names = ["requirements.txt", "requirements-dev.txt"] if "--dev" in arguments else ["requirements.txt"]
    shared = [(ROOT / name).read_bytes() for name in ("constraints.txt", "requirements-serve.txt")]
    pins = [Path(__file__).read_bytes(), *shared, sys.version.encode()]
    stamps = {}
    for name in names:  # the second also stands on the first
        pins.append((ROOT / name).read_bytes())
        stamps[VENV / f"ready-{name}"] = hashlib.sha256(b"\0".join(pins)).hexdigest()
    current = all(stamp.exists() and stamp.read_text() == digest for stamp, digest in stamps.items())
    if current and PYTHON.exists() and not UNFINISHED.exists():
        return 0
    try:
        make_venv()
        UNFINISHED.touch()
        pip_install("--upgrade", "-c", "constraints.txt", "pip")
        install_torch(re.findall(r"^torch==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)[0])
        say(f"Installing {names[-1]} (a minute or two).")
        pip_install("--prefer-binary", "-r", names[-1], "-c", "constraints.txt")
        for stamp, digest in stamps.items():
            stamp.write_text(digest)
        UNFINISHED.unlink()
    except SetupError as error:
        UNFINISHED.unlink(missing_ok=True)  # pip ended in order, so that the next run can go on from here
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted: the same command begins anew.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

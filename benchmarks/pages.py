"""`python benchmarks/pages.py [FOLDER]`: how much of small clinics' pages is kept, against trafilatura side by side.

FOLDER holds pages (`*.html`) and beside each what a person took for its own content (`*.txt`). Without it, the three
folders in `tests/data/pages/` are measured: the first was written before the extractor, the second and the third after
it, each without sight of how the extractor would read it, and then used to mend it. Trafilatura is measured where it is
installed (`pip install trafilatura`).
"""

import argparse
import importlib
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.tokens import token_f1
from citedfaq.readers.page import read_page

ROOT = Path(__file__).parent.parent


def main(arguments: Sequence[str]) -> int:
    """Print a line a page, as Markdown, and return the exit status."""
    parser = argparse.ArgumentParser(description="Token F1 of pages against what a person took from them, as Markdown.")
    parser.add_argument("folder", type=Path, nargs="*", help="folders of pages")
    folders = parser.parse_args(arguments).folder or sorted((ROOT / "tests" / "data" / "pages").iterdir())
    extractors = _extractors()
    for folder in folders:
        sys.stdout.write(f"\n| {folder.name} | {' | '.join(extractors)} |\n|---|{'---|' * len(extractors)}\n")
        scores: dict[str, list[float]] = {name: [] for name in extractors}
        for page in sorted(folder.glob("*.html")):
            wanted = page.with_suffix(".txt").read_text(encoding="utf-8")
            for name, extract in extractors.items():
                scores[name].append(token_f1(extract(page.read_bytes()), wanted))
            sys.stdout.write(f"| {page.stem} | {' | '.join(f'{scores[name][-1]:.3f}' for name in extractors)} |\n")
        means = " | ".join(f"{statistics.fmean(scores[name]):.3f}" for name in extractors)
        sys.stdout.write(f"| mean of {len(next(iter(scores.values())))} | {means} |\n")
    return 0


def _extractors() -> dict[str, Callable[[bytes], str]]:
    found: dict[str, Callable[[bytes], str]] = {"CitedFAQ": lambda page: read_page(page, "").text}
    try:
        trafilatura = importlib.import_module("trafilatura")
    except ImportError:
        return found
    found["trafilatura"] = lambda page: trafilatura.extract(page) or ""
    found["trafilatura, for recall"] = lambda page: trafilatura.extract(page, favor_recall=True) or ""
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python benchmarks/retrieval.py FOLDER`: how well the product ranks, and stays silent, on public question sets.

Each set becomes a corpus that the product ingests (`sets`); every question goes the product's own way, and beside it
that of systems of one line each, in the same run on the same index (`systems`, `measure`). The figures (`figures`) are
printed as Markdown for `docs/` (`report`): first on the half of the questions that nothing may be tuned on.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.measure import run, sets_of
from benchmarks.report import report, to_json
from benchmarks.sets import ARTICLES, FAQS
from citedfaq.encoder.choice import encoder_to_build
from citedfaq.errors import CitedFAQError
from citedfaq.settings import load_settings


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and return the exit status: 0 done, 1 a set or an index cannot be used."""
    options = _options(arguments)
    try:
        names = options.sets or sets_of(options.folder)
        encoder = encoder_to_build(load_settings().encoder, options.work)
        measured = list(run(options.folder, names, options.work, encoder, options.limit))
    except CitedFAQError as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    sys.stdout.write(report(measured))
    if options.json:
        options.json.write_text(json.dumps(to_json(measured), indent=1), encoding="utf-8")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Figures on public question sets, as Markdown.")
    parser.add_argument("folder", type=Path, help="the folder of the sets")
    parser.add_argument("--sets", nargs="+", choices=(*ARTICLES, *FAQS), default=[], help="which sets (all)")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "citedfaq-benchmarks",
        metavar="DIR",
        help="keeps each set's corpus and index for the next run (%(default)s)",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N documents and questions of each set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures, and each question's, to a file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

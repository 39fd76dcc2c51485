"""`python ingest.py`: bring the index up to date with the clinic's articles."""

import sys

from citedfaq.cli import main

if __name__ == "__main__":
    sys.exit(main(["ingest", *sys.argv[1:]]))

"""`python -m citedfaq …`: the command line."""

import sys

from citedfaq.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python app.py`: serve the chat."""

import sys

from citedfaq.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))

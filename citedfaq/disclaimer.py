"""The medical disclaimer: one constant, part of every answer and in sight on every surface."""

from typing import Final

DISCLAIMER: Final = (
    "This assistant only quotes the clinic's articles: general information, not medical advice or a diagnosis. "
    "If symptoms are severe, new or getting worse, speak to a clinician. "
    "In an emergency, call your local emergency number now."
)

"""Token F1: how much of one text stands in another, word by word, order aside."""

import re
from collections import Counter


def token_f1(found: str, wanted: str) -> float:
    """Return the harmonic mean of precision and recall over words in small letters, each as often as it stands."""
    one, other = (Counter(re.findall(r"\w+", text.casefold())) for text in (found, wanted))
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0

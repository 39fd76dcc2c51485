"""Readers: one file a format. Each turns a file's bytes into the text that its readers see, with its structure.

Read `wording`, `draft`, `decoding` and `boilerplate`, which they share; then `html` and `markdown`; then `lines`,
`outline` and `text`.
"""

from collections.abc import Callable

from citedfaq.readers.draft import Draft
from citedfaq.readers.markdown import read_markdown
from citedfaq.readers.text import read_text

Reader = Callable[[bytes, str], Draft]
"""From a file's bytes, and the title to use where it names none, to its draft; raises `UnreadableArticleError`."""

READERS: dict[str, Reader] = {".md": read_markdown, ".markdown": read_markdown, ".txt": read_text, ".text": read_text}

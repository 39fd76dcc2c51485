"""CitedFAQ answers patients' questions only in the words of a clinic's own articles, each quote with its citation.

Read the modules in the order in which data passes: settings, articles, corpus (readers, repeats; pages and crawl for
those of a website), sentences, passages, encoder, rows, records, lexical, late, nearest, manifest, index, build, then
disclaimer, wordlists, care, privacy, dialogue, spelling, lay_words, query, learned, retrieval, confidence, quotes,
answer, assistant, links, render, terminal, web and cli.
"""

import os

__version__ = "0.1.0"

# Nothing may leave the machine at run time. These libraries look for the network when they are imported, so the
# switches have to be set before any module of the package imports them.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# The tokenizer's own threads bring nothing for one question, and warn when a process forks.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

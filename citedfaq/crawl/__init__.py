"""Fetching the clinic's website into the corpus, politely and only what is public.

Read `addresses` (what may be fetched), `client` (one answer from a checked address), `links` (where a page or a
sitemap leads), then `site` (the whole of it).
"""

from citedfaq.crawl.client import Failed, Limits
from citedfaq.crawl.site import Crawl, Problem, update_site

__all__ = ["Crawl", "Failed", "Limits", "Problem", "update_site"]

"""From a corpus to a new build: what changed, build aside, verify, then one atomic switch.

Read `changes` first; then `records`, `vectors`, `alike` and `write`, which make a build; `verify`; `builds`, which puts
one in use; `making`, which joins these; and `advice` and `report`, which tell of it.
"""

from citedfaq.build.builds import rollback
from citedfaq.build.changes import Changes, compare
from citedfaq.build.making import ingest
from citedfaq.build.report import Report

__all__ = ["Changes", "Report", "compare", "ingest", "rollback"]

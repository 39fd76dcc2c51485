"""Care first: a question is screened by rules that a clinician can read, before anything is retrieved.

Read in this order: `misspelt` and `words` (a text as words), `places` and `concepts` (what words mean together),
`cues`, `denial` and `context` (denied, past, only asked about), `turn` (what one question tells), `screening` (which
rules a conversation fires), `rules` (their file, checked).
"""

from citedfaq.care.rules import CARE_FILE, load_rules
from citedfaq.care.screening import CareRules, Level, Notice, Numbers, Rule, Screening

__all__ = ["CARE_FILE", "CareRules", "Level", "Notice", "Numbers", "Rule", "Screening", "load_rules"]

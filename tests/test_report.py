import json

from citedfaq.build.advice import Advice
from citedfaq.build.changes import Changes
from citedfaq.build.report import Report, as_json, as_text, changes_as_text, remarks
from citedfaq.corpus import SkippedFile

CHANGES = Changes(
    added=("ice.md",), changed=("knee.md",), removed=("old.md",), unchanged=("plasters.txt",), kept=(),
    skipped=(SkippedFile("scan.pdf", "it is empty"),),
)  # fmt: skip


def test_the_summary_names_what_changed_and_counts_the_rest():
    assert as_text(Report(CHANGES, "b1", 4, 2, (), 1.25)).split("\n") == [
        "Articles: 1 added, 1 changed, 1 removed, 1 unchanged, 1 skipped",
        "added ice.md",
        "changed knee.md",
        "removed old.md",
        "Build b1: 4 passages, 2 texts encoded, 1.2 seconds",
    ]


def test_why_everything_is_made_anew_or_nothing_is():
    anew = Changes((), (), (), (), (), (), reason="the encoder has changed")
    assert "\nall anew: the encoder has changed" in changes_as_text(anew)
    held = Changes((), ("knee.md",), (), (), (), (), held=True)
    assert "\nheld: a rollback put the build of these articles out of use" in changes_as_text(held)


def test_remarks_are_shortened_kind_by_kind():
    advice = [Advice("unreviewed", f"{number}.md", "has not been reviewed") for number in range(5)]
    advice.append(Advice("stale", "z.md", "cannot be read"))
    assert list(remarks(CHANGES, advice)) == [
        "skipped scan.pdf: it is empty",
        "warning: 0.md has not been reviewed",
        "warning: 1.md has not been reviewed",
        "warning: 2.md has not been reviewed",
        "… and 2 more unreviewed",
        "warning: z.md cannot be read",
    ]


def test_a_long_list_of_articles_is_shortened():
    added = tuple(f"{number:02}.md" for number in range(30))
    lines = changes_as_text(Changes(added, (), (), (), (), ())).split("\n")
    assert lines[-1] == "… and 20 more added"
    assert len(lines) == 12


def test_as_json_every_article_is_named_with_what_became_of_it():
    record = json.loads(json.dumps(as_json(Report(CHANGES, "b1", 4, 2, (Advice("stale", "z.md", "x"),), 1.25))))
    assert record["changes"]["skipped"] == [{"path": "scan.pdf", "reason": "it is empty"}]
    assert record["changes"]["unchanged"] == ["plasters.txt"]
    assert record["advice"] == [{"kind": "stale", "path": "z.md", "text": "x"}]

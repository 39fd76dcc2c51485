import dataclasses
import hashlib
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedfaq import corpus as reading
from citedfaq.articles import slug
from citedfaq.corpus import SkippedFile, read_article, read_corpus
from citedfaq.errors import CitedFAQError
from citedfaq.readers.draft import UnreadableArticleError

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ICE = """---
title: Ice or heat?
url: https://clinic.example/ice
sources: [The ice handbook]
reviewed: 2026-05-01
---
# Ice

Ice calms a fresh sprain.
"""


def write(folder, **files: str | bytes):
    """Write files into a folder; `__` in a name stands for a folder, and its last `_` for the dot."""
    for name, content in files.items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def skipped(folder) -> dict[str, str]:
    return {file.path: file.reason for file in read_corpus(folder).skipped}


def test_an_article_is_its_front_matter_its_text_and_its_blocks(tmp_path):
    write(tmp_path, ice_md=ICE)
    (article,) = read_corpus(tmp_path).articles
    assert (article.id, article.path, article.title) == ("ice", "ice.md", "Ice or heat?")
    assert (article.url, article.sources) == ("https://clinic.example/ice", ("The ice handbook",))
    assert article.reviewed.isoformat() == "2026-05-01"
    assert article.text == "Ice\n\nIce calms a fresh sprain."
    assert [(block.kind, article.text[block.start : block.end]) for block in article.blocks] == [
        ("heading", "Ice"),
        ("paragraph", "Ice calms a fresh sprain."),
    ]
    assert article.digest == hashlib.sha256(ICE.encode()).hexdigest()
    assert not article.stale


def test_articles_come_in_the_order_of_their_paths_with_those_of_sub_folders(tmp_path):
    write(tmp_path, b_md="Text.", a_txt="Text.", after__z_md="Text.", after__deep__y_markdown="Text.", c_text="Text.")
    corpus = read_corpus(tmp_path)
    assert [article.path for article in corpus.articles] == [
        "a.txt",
        "b.md",
        "c.text",
        "after/z.md",
        "after/deep/y.markdown",
    ]
    assert [article.id for article in corpus.articles] == ["a", "b", "c", "after-z", "after-deep-y"]
    assert corpus.skipped == ()


def test_the_ending_may_be_written_in_capitals(tmp_path):
    write(tmp_path, a_MD="# Ice\n\nCold.", b_Txt="Cold.")
    assert [article.title for article in read_corpus(tmp_path).articles] == ["Ice", "B"]


@pytest.mark.parametrize(
    ("name", "title"), [("after-your_visit_md", "After your visit"), ("iceBath_txt", "IceBath"), ("__md", "Untitled")]
)
def test_an_article_that_names_no_title_has_that_of_its_file(tmp_path, name, title):
    path = tmp_path / ".".join(name.rsplit("_", 1))
    path.write_text("Cold calms a sprain.")
    assert read_article(path, path.name, tmp_path).title == title


def test_hidden_files_and_folders_are_passed_over_without_a_word(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "note.md").write_text("Text.")
    (tmp_path / ".draft.md").write_text("Text.")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    corpus = read_corpus(tmp_path)
    assert (corpus.articles, corpus.skipped) == ((), ())


def test_an_empty_folder_is_an_empty_corpus(tmp_path):
    assert read_corpus(tmp_path) == reading.Corpus((), ())


def test_a_folder_that_is_missing_is_an_error_that_names_the_remedy(tmp_path):
    with pytest.raises(CitedFAQError, match=r"nowhere does not exist: create it, or name another with --corpus\.$"):
        read_corpus(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_is_the_same_error(tmp_path):
    write(tmp_path, ice_md=ICE)
    with pytest.raises(CitedFAQError, match="does not exist"):
        read_corpus(tmp_path / "ice.md")


def test_a_folder_that_cannot_be_listed_is_an_error_and_not_an_empty_one(tmp_path, monkeypatch):
    write(tmp_path, a_md="Text.", after__b_md="Text.")
    listing = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("after"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(CitedFAQError, match=r"after cannot be listed \(Permission denied\): check its permissions\."):
        read_corpus(tmp_path)


def test_a_file_without_a_reader_is_skipped_with_the_readers_there_are(tmp_path):
    write(tmp_path, leaflet_odt=b"PK", ice_md=ICE)
    (tmp_path / "README").write_text("Text.")
    there_are = "(there is one for .md, .markdown, .txt, .text, .html, .htm, .xhtml, .pdf, .docx)"
    assert skipped(tmp_path) == {
        "README": f"no reader for 'README' files {there_are}",
        "leaflet.odt": f"no reader for '.odt' files {there_are}",
    }
    assert len(read_corpus(tmp_path).articles) == 1


def test_of_two_files_with_one_id_the_second_is_skipped(tmp_path):
    write(tmp_path, ice_md=ICE, Ice_txt="Cold.")
    corpus = read_corpus(tmp_path)
    assert [article.path for article in corpus.articles] == ["Ice.txt"]
    assert corpus.skipped == (SkippedFile("ice.md", "its id 'ice' is already that of Ice.txt: rename one"),)


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_an_empty_file_is_skipped(tmp_path, content):
    assert skipped(write(tmp_path, ice_md=content)) == {"ice.md": "it is empty"}


@pytest.mark.parametrize("content", ["# Only a heading", "---\ntitle: Ice\n---\n", "***", "\u200b", "![](cold.png)"])
def test_a_file_without_text_below_its_headings_is_skipped(tmp_path, content):
    assert skipped(write(tmp_path, ice_md=content)) == {"ice.md": "it has no text below its headings"}


def test_a_binary_file_is_skipped_whatever_it_is_called(tmp_path):
    assert skipped(write(tmp_path, scan_txt=bytes(range(256)) * 4)) == {"scan.txt": "it is not text"}


def test_a_file_over_the_size_limit_is_skipped_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ARTICLE_BYTES", 1200)
    write(tmp_path, long_md="x" * 1201, just_md="x" * 1200)
    assert skipped(tmp_path) == {"long.md": "it has 1,201 bytes, more than the 1,200 of one article"}
    assert [article.id for article in read_corpus(tmp_path).articles] == ["just"]


def test_front_matter_that_does_not_fit_skips_the_file_with_the_reason(tmp_path):
    write(tmp_path, a_md="---\ntitle: [\n---\nText.", b_md="---\nreviewed: soon\n---\nText.")
    assert skipped(tmp_path) == {
        "a.md": "its front matter does not parse (line 3)",
        "b.md": "its front matter's reviewed is not a date such as 2026-05-01, nor null",
    }


def test_a_link_that_leads_out_of_the_corpus_is_not_followed(tmp_path):
    write(tmp_path, private__notes_md="Text.", corpus__ice_md=ICE)
    (tmp_path / "corpus" / "notes.md").symlink_to(tmp_path / "private" / "notes.md")
    assert skipped(tmp_path / "corpus") == {"notes.md": "it is a link that leads out of the corpus"}


def test_a_link_within_the_corpus_is_an_article_of_its_own(tmp_path):
    write(tmp_path, ice_md=ICE)
    (tmp_path / "cold.md").symlink_to("ice.md")
    assert [article.id for article in read_corpus(tmp_path).articles] == ["cold", "ice"]


def test_a_corpus_that_is_itself_a_link_is_read(tmp_path):
    write(tmp_path, real__ice_md=ICE)
    (tmp_path / "corpus").symlink_to("real")
    assert [article.id for article in read_corpus(tmp_path / "corpus").articles] == ["ice"]


def test_what_is_no_regular_file_is_skipped(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "broken.md").symlink_to("gone.md")
    (tmp_path / "round.md").symlink_to("round.md")
    assert skipped(tmp_path) == dict.fromkeys(["pipe.md", "broken.md", "round.md"], "it is not a regular file")


def test_a_file_that_cannot_be_opened_is_skipped(tmp_path, monkeypatch):
    write(tmp_path, ice_md=ICE)

    def refuse(path):
        raise PermissionError(13, "Permission denied", os.fspath(path))

    monkeypatch.setattr(reading.Path, "read_bytes", refuse)
    assert skipped(tmp_path) == {"ice.md": "it cannot be read (Permission denied)"}


def test_a_name_that_is_no_utf_8_is_still_named(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("Text.")
    (tmp_path / os.fsdecode(b"\xff.docx")).write_text("Text.")
    corpus = read_corpus(tmp_path)
    assert [(article.id, article.path) for article in corpus.articles] == [("caf", "caf\ufffd.md")]
    assert [file.path for file in corpus.skipped] == ["\ufffd.docx"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("After care/Day 1.md", "after-care-day-1"),
        ("Übung für Füße.txt", "ubung-fur-fue"),
        ("v1.2/notes.final.md", "v1-2-notes-final"),
        ("--ice--.md", "ice"),
        ("no ending", "no-ending"),
    ],
)
def test_an_id_is_the_path_in_small_letters_digits_and_hyphens(path, expected):
    assert slug(path) == expected


def test_a_path_without_a_latin_letter_gets_an_id_from_its_digest():
    assert re.fullmatch("[0-9a-f]{12}", slug("лёд.md"))
    assert slug("лёд.md") != slug("冰.md")


@unhurried
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_is_never_empty_and_safe_in_an_address(path):
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(path))


def test_a_single_file_is_read_or_says_why_not(tmp_path):
    write(tmp_path, ice_md=ICE, bad_md=b"\0\0\0")
    assert read_article(tmp_path / "ice.md", "elsewhere/ice.md", tmp_path).id == "elsewhere-ice"
    with pytest.raises(UnreadableArticleError, match="it is not text"):
        read_article(tmp_path / "bad.md", "bad.md", tmp_path)


def test_the_clinics_question_set_is_no_article(tmp_path):
    (tmp_path / "questions.jsonl").touch()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "questions.jsonl").touch()
    assert [skipped.path for skipped in read_corpus(tmp_path).skipped] == ["more/questions.jsonl"]


def test_an_article_whose_bytes_are_the_same_is_taken_over(tmp_path):
    (tmp_path / "ice.md").write_text("# Ice\n\nIce calms.")
    [before] = read_corpus(tmp_path).articles
    earlier = {"ice.md": dataclasses.replace(before, title="As it was read")}
    assert read_corpus(tmp_path, earlier).articles[0].title == "As it was read"
    stale = {"ice.md": dataclasses.replace(before, title="As it was read", stale=True)}
    assert read_corpus(tmp_path, stale).articles == (before,)
    (tmp_path / "ice.md").write_text("# Ice\n\nIce soothes.")
    assert read_corpus(tmp_path, earlier).articles[0].text == "Ice\n\nIce soothes."

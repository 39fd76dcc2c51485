import datetime

from hypothesis import given
from hypothesis import strategies as st

from citedfaq.corpus import read_corpus
from citedfaq.links import text_digest
from citedfaq.settings import Settings
from citedfaq.web.article import Place, article_page

from .conftest import CORPUS

TODAY = datetime.date(2026, 6, 1)
NESTED = """# Care

#### Too deep

Rest it.

1. Ice
2. Tape
   - tight

## Next

##### Deeper

Q: Does it hurt?
A: No.
"""


def read(folder, text, name="care.md"):
    (folder / name).write_text(text, encoding="utf-8")
    [article] = read_corpus(folder).articles
    return article


def page(article, place=None):
    return article_page(article, place, Settings(), TODAY)


def place_of(article, words, digest=None):
    start = article.text.index(words)
    return Place(start, start + len(words), digest or text_digest(article.text))


def pieces(shown):
    return [piece for part in shown.blocks for holder in (part, *part.items) for piece in holder.pieces]


def test_blocks_keep_their_kind_order_and_marks(tmp_path):
    shown = page(read(tmp_path, NESTED))
    assert [(part.kind, part.level, "".join(piece[0] for piece in part.pieces)) for part in shown.blocks] == [
        ("heading", 2, "Too deep"),  # a page's headings leave no level out
        ("paragraph", 0, "Rest it."),
        ("list", 0, ""),
        ("heading", 2, "Next"),
        ("heading", 3, "Deeper"),
        ("question", 4, "Does it hurt?"),
        ("paragraph", 0, "No."),
    ]
    [items] = [part.items for part in shown.blocks if part.kind == "list"]
    assert [(item.level, item.mark, item.pieces[0][0]) for item in items] == [
        (1, "1.", "Ice"),
        (1, "2.", "Tape"),
        (2, "•", "tight"),
    ]


def test_a_heading_that_is_not_the_title_stays(tmp_path):
    shown = page(read(tmp_path, "---\ntitle: Knees\n---\n# Care\n\nRest it.\n"))
    assert shown.title == "Knees"
    assert [part.kind for part in shown.blocks] == ["heading", "paragraph"]


def test_a_quote_is_marked_across_blocks_and_only_its_first_piece_is_the_anchor(tmp_path):
    article = read(tmp_path, "# Care\n\nRest it well. Then:\n\n- ice it\n- tape it\n\nSleep.\n")
    start, end = article.text.index("Then:"), article.text.index(" it\n\nSleep")
    shown = page(article, Place(start, end, text_digest(article.text)))
    assert [piece for piece in pieces(shown) if piece[1]] == [
        ("Then:", True, True),
        ("ice it", True, False),
        ("tape", True, False),
    ]
    assert "".join(piece[0] for piece in pieces(shown)) == "Rest it well. Then:ice ittape itSleep."
    assert (shown.marked, shown.changed) == (True, False)


def test_a_changed_article_says_so_and_marks_nothing(tmp_path):
    article = read(tmp_path, "# Care\n\nRest it.\n")
    shown = page(article, place_of(article, "Rest it.", digest="0" * 16))
    assert (shown.marked, shown.changed) == (False, True)
    assert not any(piece[1] for piece in pieces(shown))


def test_a_place_outside_of_the_text_marks_nothing(tmp_path):
    article = read(tmp_path, "# Care\n\nRest it.\n")
    for start, end in ((5, 5), (9, 3), (0, 10_000), (10_000, 10_001)):
        shown = page(article, Place(start, end, text_digest(article.text)))
        assert (shown.marked, shown.changed) == (False, False)


def test_the_public_address_leads_to_the_marked_text(tmp_path):
    article = read(tmp_path, "---\nurl: https://clinic.example/care\n---\n# Care\n\nRest it.\n")
    assert page(article).public_url == "https://clinic.example/care"
    assert page(article, place_of(article, "Rest it.")).public_url == "https://clinic.example/care#:~:text=Rest%20it."


def test_it_says_who_reviewed_it_and_what_it_rests_on(tmp_path):
    front = "---\ntitle: Care\nsources: [Leaflet 12]\nreviewed: 2020-01-02\n---\nRest it.\n"
    shown = page(read(tmp_path, front))
    assert shown.sources == ("Leaflet 12",)
    assert shown.reviewed == datetime.date(2020, 1, 2)
    assert shown.review == "Reviewed by a clinician on 2 January 2020; its next review is overdue"


OWN = read_corpus(CORPUS).articles


@given(st.sampled_from(OWN), st.integers(-5, 30_000), st.integers(-5, 30_000))
def test_what_is_marked_is_the_quote_and_all_else_stays_as_it_is(article, start, end):
    """Whatever is marked, the page's text is the article's blocks, and the marked text stands within the place."""
    shown = page(article, Place(start, end, text_digest(article.text)))
    plain = page(article)
    assert [piece for piece in pieces(plain) if piece[1]] == []
    assert "".join(piece[0] for piece in pieces(shown)) == "".join(piece[0] for piece in pieces(plain))
    marked = [piece[0] for piece in pieces(shown) if piece[1]]
    assert sum(piece[2] for piece in pieces(shown)) == bool(marked)
    fits = 0 <= start < end <= len(article.text)
    shared = [article.text[max(start, block.start) : min(end, block.end)] for block in article.blocks[1:]]
    assert marked == ([text for text in shared if text] if fits else [])

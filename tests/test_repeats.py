from citedfaq.corpus import read_corpus

CALL = "<p>Our reception is at 020 7946 0777 on weekdays.</p>"
SLOGAN = "<p>Moving you forward since the year of our founding.</p>"


def site(folder, *, pages: int = 4, more: str = SLOGAN):
    for number in range(pages):
        body = f"<h1>Subject {number}</h1><p>What subject number {number} is about is told on this page in full.</p>"
        filler = "".join(
            f"<p>Sentence {line} of page {number} says something that no other page says.</p>" for line in range(3)
        )
        (folder / f"{number}.html").write_text(f"<html><body>{body}{filler}{more}</body></html>")
    return read_corpus(folder).articles


def test_what_stands_on_half_of_the_pages_is_taken_off_all(tmp_path):
    articles = site(tmp_path)
    assert [article.text.endswith("that no other page says.") for article in articles] == [True] * 4
    assert not any("Moving you forward" in article.text for article in articles)


def test_what_gives_a_fact_or_advice_stays_on_the_first_page(tmp_path):
    articles = site(tmp_path, more=f"{CALL}<h2>Care</h2><p>If it swells, see a doctor.</p>")
    assert ["020 7946 0777" in article.text for article in articles] == [True, False, False, False]
    assert ["If it swells" in article.text for article in articles] == [True, False, False, False]
    assert ["Care" in article.text for article in articles] == [True, False, False, False]


def test_offsets_hold_and_the_digest_covers_what_was_taken_off(tmp_path):
    alone = site(tmp_path, pages=2)
    among = site(tmp_path)
    assert alone[0].digest != among[0].digest
    for article in among:
        for block in article.blocks:
            assert article.text[block.start : block.end].split()
        assert article.text[: article.blocks[0].end] == article.title


def test_two_pages_or_near_copies_are_left_as_they_are(tmp_path):
    assert all("Moving you forward" in article.text for article in site(tmp_path, pages=2))
    for number in range(3):
        (tmp_path / f"copy{number}.html").write_text(
            "<p>The very same words on every page.</p><p>And these as well.</p>"
        )
    copies = [article for article in read_corpus(tmp_path).articles if article.path.startswith("copy")]
    assert all(len(article.blocks) == 2 for article in copies)


def test_items_that_are_taken_off_leave_the_lists_around_them_whole(tmp_path):
    for number in range(3):
        items = f"<li>first of page {number}</li><li>shared by all pages</li><li>last of page {number}</li>"
        words = f"<p>Words that only page {number} has are these, and there are many of them here.</p>"
        body = f"{words}<ul>{items}</ul><p>End {number}.</p>"
        (tmp_path / f"{number}.html").write_text(body)
    for number, article in enumerate(read_corpus(tmp_path).articles):
        assert article.text.endswith(f"• first of page {number}\n• last of page {number}\n\nEnd {number}.")

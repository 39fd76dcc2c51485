from citedfaq.articles import Article
from citedfaq.build import alike
from citedfaq.build.alike import nearly_the_same

TEXT = " ".join(f"word{number} stands here for the {number * 7}th time" for number in range(60))


def article(path, text):
    return Article(path, path, path, None, text, (), (), None, "")


def pairs(*texts):
    found = nearly_the_same([article(f"{number}.md", text) for number, text in enumerate(texts)])
    return {(first, second): share for first, second, share in found}


def test_a_copy_is_found_whatever_its_case_and_layout():
    assert pairs(TEXT, "Something else stands in this one.", TEXT.upper().replace(" ", "\n")) == {("0.md", "2.md"): 1.0}


def test_resemblance_is_the_share_of_runs_of_four_words_in_both():
    # "a b c d", "b c d e", "c d e f", and of the other the first two and "c d e g": two of four.
    assert pairs("a b c d e f", "a b c d e g") == {}
    assert pairs("a b c d e f g h", "a b c d e f g i") == {("0.md", "1.md"): 0.67}


def test_a_copy_with_a_word_in_twenty_changed_is_found():
    words = TEXT.split()
    changed = [f"other{number}" if number % 20 == 10 else word for number, word in enumerate(words)]
    assert list(pairs(TEXT, " ".join(changed))) == [("0.md", "1.md")]


def test_articles_on_one_subject_are_not_the_same(loaded):
    assert list(nearly_the_same(list(loaded.articles.values()))) == []


def test_what_the_clinic_puts_below_every_article_counts_for_none():
    footer = "call us on weekdays between nine and five or write to us at any time you like"
    assert pairs(*[f"{number} {footer}" for number in range(60)]) == {}


def test_articles_of_a_few_words_or_none_are_no_fault():
    assert pairs() == {}
    assert pairs("", "ice", "ice") == {}


def test_of_many_runs_a_sample_tells_which_pairs_to_compare_in_full(monkeypatch):
    words = TEXT.split()
    changed = " ".join(f"other{number}" if number % 20 == 10 else word for number, word in enumerate(words))
    exact = pairs(TEXT, changed, "Something else stands in this one.", TEXT[::-1])
    monkeypatch.setattr(alike, "_MOST_RUNS", 100)
    assert pairs(TEXT, changed, "Something else stands in this one.", TEXT[::-1]) == exact != {}

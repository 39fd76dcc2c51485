import json

from citedfaq.cli import DONE, main
from citedfaq.disclaimer import DISCLAIMER


def test_ask_shows_quotes_with_their_citation_and_the_disclaimer(small_index, capsys):
    assert main(["ask", "does a plaster survive swimming", "--index", str(small_index)]) == DONE
    out = capsys.readouterr().out
    assert (
        "    Can I swim with a plaster?\n\n[1] Yes, plasters are waterproof. Pat the plaster dry afterwards.\n" in out
    )
    assert "    — Questions about our plasters. Not yet reviewed by a clinician.\n" in out
    assert out.endswith(DISCLAIMER + "\n")


def test_ask_without_a_match_suggests_and_names_a_contact(small_index, capsys, monkeypatch):
    monkeypatch.setenv("CITEDFAQ_PHONE", "+1 555 0100")
    main(["ask", "who won the world cup", "--index", str(small_index)])
    out = capsys.readouterr().out
    assert "  - Can I swim with a plaster?" in out
    assert "A person can help you: +1 555 0100" in out
    assert out.endswith(DISCLAIMER + "\n")


def test_explain_shows_kept_and_rejected_passages_with_their_scores(small_index, capsys):
    main(["ask", "does a plaster survive swimming", "--explain", "--index", str(small_index)])
    out = capsys.readouterr().out
    assert "Probability that the articles answer: 0." in out
    assert "plasters: Can I swim with a plaster?\n      kept" in out
    assert "      rejected: " in out
    main(["ask", "who won the world cup", "--explain", "--json", "--index", str(small_index)])
    out, err = capsys.readouterr()
    assert json.loads(out)["outcome"] == "no_match"
    assert "rejected: the articles answer with probability 0." in err


def test_a_mended_question_says_what_was_searched_for(small_index, capsys):
    main(["ask", "can i swim with a plastr", "--index", str(small_index)])
    assert "Showing results for: can i swim with a plaster\n" in capsys.readouterr().out

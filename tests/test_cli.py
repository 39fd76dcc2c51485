import io
import json
import shutil
import sys

import pytest

from citedfaq import __version__, cli
from citedfaq.cli import DONE, FAILED, STALE, main
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.manifest import CURRENT, current_build

from .conftest import CORPUS, ROOT, bring_encoder, run_offline


@pytest.fixture(autouse=True)
def _with_encoder(request, encoders, tmp_path):
    """What takes half a minute the first time was done before."""
    if "small_index" not in request.fixturenames:
        bring_encoder(encoders, tmp_path / "index")


@pytest.fixture
def folders(corpus, small_index):
    return ["--corpus", str(corpus), "--index", str(small_index)]


def test_ingest_says_what_it_did_and_what_to_mend(corpus, tmp_path, capsys):
    (corpus / "empty.md").touch()
    assert main(["ingest", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == DONE
    out, err = capsys.readouterr()
    assert out.startswith("Articles: 2 added, 0 changed, 0 removed, 0 unchanged, 1 skipped\n")
    assert "\nadded knee.md\nadded plasters.txt\nBuild " in out
    assert ": 4 passages, 19 texts encoded, " in out
    assert err.startswith(
        "skipped empty.md: it is empty\nwarning: plasters.txt has not been reviewed: have a clinician"
    )


def test_ingest_as_json(corpus, folders, small_index, capsys):
    assert main(["ingest", "--json", *folders]) == DONE
    record = json.loads(capsys.readouterr().out)
    assert record["build"] == current_build(small_index)
    assert record["changes"]["unchanged"] == ["knee.md", "plasters.txt"]
    assert [(each["kind"], each["path"]) for each in record["advice"]] == [("unreviewed", "plasters.txt")]
    (corpus / "ice.md").write_text("# Ice\n\nIce calms.")
    assert main(["ingest", "--check", "--json", *folders]) == STALE
    assert json.loads(capsys.readouterr().out)["added"] == ["ice.md"]


def test_rollback_returns_to_the_build_before(corpus, folders, small_index, capsys):
    first = current_build(small_index)
    (corpus / "ice.md").write_text("# Ice\n\nIce calms.")
    main(["ingest", *folders])
    second = current_build(small_index)
    capsys.readouterr()
    assert main(["ingest", "--rollback", "--json", *folders]) == DONE
    assert json.loads(capsys.readouterr().out) == {"build": first, "instead_of": second}
    assert main(["ingest", "--check", *folders]) == DONE
    assert "held: a rollback" in capsys.readouterr().out
    assert main(["ingest", "--rollback", *folders]) == FAILED
    assert "holds no earlier build" in capsys.readouterr().err
    main(["ingest", "--full", *folders])
    capsys.readouterr()
    assert main(["ingest", "--rollback", *folders]) == DONE
    assert capsys.readouterr().out.startswith(f"Build {first} is in use instead of ")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_a_terminal_gets_a_progress_bar_with_the_time_left(corpus, tmp_path, monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream())
    monkeypatch.setattr(cli, "_DELAY", 0)
    many = " ".join(f"Exercise number {number} takes {number} minutes." for number in range(600))
    (corpus / "exercises.md").write_text(f"# Exercises\n\n{many}")
    main(["ingest", "--corpus", str(corpus), "--index", str(tmp_path / "index")])
    shown = sys.stderr.getvalue()
    assert ("Encoding:" in shown) == ("Reading:" in shown) == ("<00:0" in shown) == (stream is Terminal)


def test_check_says_what_would_change_and_exits_with_3(corpus, folders, small_index, capsys):
    assert main(["ingest", "--check", *folders]) == DONE
    (corpus / "ice.md").write_text("# Ice\n\nIce calms.")
    good = current_build(small_index)
    assert main(["ingest", "--check", *folders]) == STALE
    assert "1 added" in capsys.readouterr().out
    assert current_build(small_index) == good
    shutil.rmtree(small_index)
    assert main(["ingest", "--check", *folders]) == STALE
    assert "there is no index yet" in capsys.readouterr().out


def test_a_fault_of_the_user_is_one_sentence_and_exit_1(tmp_path, capsys):
    assert main(["ingest", "--corpus", str(tmp_path / "nowhere"), "--index", str(tmp_path)]) == FAILED
    err = capsys.readouterr().err
    assert err.startswith("citedfaq: The corpus folder ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "a", "--batch", "b"]])
def test_ask_wants_a_question_or_a_batch(arguments, capsys):
    assert main(arguments) == 2
    assert "one question, or --batch" in capsys.readouterr().err


def test_usage_faults_exit_with_2(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["ingest", "--no-such-option"])
    capsys.readouterr()


def test_ask_as_json_with_history(small_index, capsys):
    main(["ask", "and for how long?", "--history", "Can I wear a plaster?", "--json", "--index", str(small_index)])
    answer = json.loads(capsys.readouterr().out)
    assert answer["searched_for"] == "Can I wear a plaster? and for how long?"
    assert answer["disclaimer"] == DISCLAIMER


def test_a_batch_prints_one_answer_a_line_in_order(small_index, tmp_path, capsys):
    asked = ["Can I swim with a plaster?", "", "Who won the world cup?"]
    (tmp_path / "batch.jsonl").write_text("".join(json.dumps({"question": question}) + "\n" for question in asked))
    assert main(["ask", "--batch", str(tmp_path / "batch.jsonl"), "--index", str(small_index)]) == DONE
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["question"] for answer in answers] == asked
    assert [answer["outcome"] for answer in answers] == ["answered", "invalid", "no_match"]


def test_evaluate_prints_figures(small_index, tmp_path, capsys):
    (tmp_path / "set.jsonl").write_text('{"question": "Can I swim with a plaster?", "evidence": ["waterproof"]}\n')
    main(["evaluate", str(tmp_path / "set.jsonl"), "--index", str(small_index)])
    assert "1.000" in capsys.readouterr().out
    main(["evaluate", str(tmp_path / "set.jsonl"), "--json", "--index", str(small_index)])
    assert json.loads(capsys.readouterr().out)["all"]["right_first"] == 1.0


def test_doctor_prints_each_check_and_exits_with_1_if_one_fails(folders, capsys):
    assert main(["doctor", *folders]) == FAILED
    out = capsys.readouterr().out
    assert "ok   encoder" in out
    assert "MEND reviews" in out
    assert "→ have a clinician review" in out


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


def test_settings_come_from_a_file_or_are_refused(small_index, tmp_path, capsys):
    (tmp_path / "clinic.toml").write_text("review_months = 0")
    assert main(["ask", "a b c", "--index", str(small_index), "--settings", str(tmp_path / "clinic.toml")]) == FAILED
    assert "review_months" in capsys.readouterr().err


def test_the_doors_and_the_module_run_the_command_line():
    for arguments in (["ingest.py", "--help"], ["app.py", "--help"], ["-m", "citedfaq", "--help"]):
        result = run_offline(*arguments)
        assert (result.returncode, result.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_crash(small_index):
    import subprocess
    import sys

    command = f"{sys.executable} -m citedfaq ask 'plaster' --json --index {small_index} | true"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Traceback" not in result.stderr


def test_an_unplugged_machine_can_ingest_and_answer(tmp_path, encoders):
    index = tmp_path / "index"
    bring_encoder(encoders, index)
    shutil.copytree(CORPUS, tmp_path / "corpus")
    for file in sorted((tmp_path / "corpus").iterdir())[1:]:
        file.unlink()
    built = run_offline("ingest.py", "--corpus", str(tmp_path / "corpus"), "--index", str(index))
    assert (built.returncode, built.stdout[:18]) == (0, "Articles: 1 added,")
    asked = run_offline("-m", "citedfaq", "ask", "how long does soreness last", "--index", str(index), "--json")
    assert json.loads(asked.stdout)["outcome"] == "answered"
    assert (index / CURRENT).exists()


def test_the_unplugging_itself_works():
    script = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    assert "network unplugged" in run_offline("-c", script).stderr
    script = "import socket; socket.getaddrinfo('example.org', 80)"
    assert "network unplugged" in run_offline("-c", script).stderr

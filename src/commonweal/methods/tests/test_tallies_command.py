"""`commonweal methods tally` and `budget` from outside: every method, and one clear line for whatever is wrong."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.methods import command
from commonweal.methods.command.tally import METHODS

CHOICES = "choice_1,choice_2,choice_3,ballots\nAnn,Bo,Cy,5\nBo,undervote,Cy,4\novervote,Cy,,3\n,,,1\nCy,Bo,Ann,2\n"
SCORES = "voter_id,Park,Pool\na,3,1\nb,0,4\nc,,2\n"
PREFLIB = "# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 6\n# ALTERNATIVE NAME 1: Ann\n3: 1,2,3\n2: {2,3},1\n1: 3\n"
CATEGORIES = "# NUMBER ALTERNATIVES: 2\n# CATEGORY NAME 1: Yes\n3: 1,2\n2: {1,2},{}\n"
POLL = (
    "META\nkey;value\nbudget;10,5\nvote_type;scoring\nPROJECTS\nproject_id;cost;name;selected\n1;4;Bench;1\n2;6.5;Tree;0\n"
    'VOTES\nvoter_id;vote;points\na;"1,2";"2,1"\nb;2;3\n'
)
FILES = {".csv": CHOICES, ".toi": PREFLIB, ".cat": CATEGORIES, ".pb": POLL}
KEYS = {"winners", "order", "rounds", "quota", "ties"}


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    code = command.run(parser.parse_args(words))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_in_json_in_words_and_in_a_picture(
    method: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "votes.csv"
    file.write_text(SCORES if method in {"score", "quadratic"} else CHOICES, encoding="utf-8")
    picture = tmp_path / "picture.svg"
    code, out, err = said(capsys, "tally", str(file), "--method", method, "--json", "--svg", str(picture))
    assert (code, err) == (0, "")
    figures = json.loads(out)
    assert figures.keys() >= KEYS
    assert len(figures["winners"]) == 1
    assert sorted(figures["order"]) == (["Park", "Pool"] if "Park" in figures["order"] else ["Ann", "Bo", "Cy"])
    for step in figures["rounds"]:
        assert step.keys() >= {"tally", "elected", "eliminated", "exhausted"}
        assert all(isinstance(votes, int | float) for votes in step["tally"].values())
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    code, out, err = said(capsys, "tally", str(file), "--method", method)
    assert (code, err) == (0, "")
    assert figures["sentence"] in out


def test_seats_decimals_and_quota_are_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("choice_1,choice_2,ballots\nAnn,Bo,7\nAnn,Cy,2\nBo,,3\nCy,,2\n", encoding="utf-8")
    words = ("tally", str(file), "--method", "stv", "--seats", "2", "--quota", "droop", "--json")
    scottish, american = (json.loads(said(capsys, *words, "--decimals", places)[1]) for places in "54")
    assert (scottish["quota"], scottish["rules"], american["rules"]) == (5, "scottish", "american")
    assert scottish["rounds"][1]["tally"]["Bo"] == pytest.approx(3 + 7 * 0.44444)
    assert american["rounds"][1]["tally"]["Bo"] == pytest.approx(3 + 7 * 0.4444)
    everybody = json.loads(said(capsys, "tally", str(file), "--method", "pav", "--seats", "1000000000", "--json")[1])
    assert len(everybody["winners"]) == 3
    assert everybody["notes"] == ["There are not enough options: 999,999,997 of 1,000,000,000 seats stay empty."]


@pytest.mark.parametrize("rule", ["equal-shares", "greedy"])
@pytest.mark.parametrize("completion", ["add1", "votes", "none"])
def test_budgets_answer_in_json(rule: str, completion: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "town.pb"
    file.write_text(POLL, encoding="utf-8-sig")
    code, out, err = said(capsys, "budget", str(file), "--rule", rule, "--completion", completion, "--json")
    assert (code, err) == (0, "")
    figures = json.loads(out)
    assert set(figures["funded"]) <= {"1", "2"}
    assert figures["spent"] <= 10.5
    for project, payers in figures["paid_by"].items():
        assert sum(payers.values()) == pytest.approx({"1": 4, "2": 6.5}[project])


@pytest.mark.parametrize(
    ("ending", "text", "words", "where"),
    [
        (".csv", "choice_1,ballots\nAnn,many\n", ("--method", "irv"), "row 2, column ballots: “many”"),
        (".csv", "choice_1\nAnn\n", ("--method", "score"), "a column per option"),
        (".csv", "choice_1\nAnn\n", ("--method", "irv", "--seats", "2"), "use stv"),
        (".csv", "Park\n1\n", ("--method", "stv"), "stv needs columns choice_1"),
        (".csv", "Park\n0\n", ("--method", "approval"), "nobody approves"),
        (".soi", "# NUMBER ALTERNATIVES: 1\n2: 1,7\n", ("--method", "irv"), "row 2: alternative 7"),
        (".pb", POLL.replace("b;2", "b;9"), (), "row 12, column vote: there is no project 9"),
        (".pb", POLL.replace("10,5", "lots"), (), "row 3, column budget: “lots”"),
        (".pb", POLL.replace("scoring", "wishes"), (), "row 4, column vote_type: there is no vote type “wishes”"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(
    ending: str, text: str, words: tuple[str, ...], where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"votes{ending}"
    file.write_text(text, encoding="utf-8")
    line = ("budget", str(file), "--rule", "greedy") if ending == ".pb" else ("tally", str(file), *words)
    code, out, err = said(capsys, *line)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert str(file) in err
    assert where in err


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with some of its bytes gone, doubled or replaced."""
    ending = draw(st.sampled_from(sorted(FILES)))
    content = FILES[ending].encode()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        until = draw(st.integers(at, min(len(content), at + 6)))
        content = (
            content[:at]
            + draw(st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"-9", b"{}", b"1e9"]))
            + content[until:]
        )
    return ending, content


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=spoilt(), method=st.sampled_from(METHODS))
def test_any_file_is_counted_or_refused_in_one_line(
    drawn: tuple[str, bytes], method: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending, content = drawn
    file = tmp_path / f"file{ending}"
    file.write_bytes(content)
    words = (
        ("budget", str(file), "--rule", "equal-shares") if ending == ".pb" else ("tally", str(file), "--method", method)
    )
    code, out, err = said(capsys, *words)
    assert (code == 0 and out and not err) or (code == 2 and not out and err.count("\n") == 1)


def test_the_command_needs_no_database_and_bears_a_reader_that_leaves(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    names = "".join(f"Somebody with the number {n},1\n" for n in range(4_000))
    file.write_text(f"choice_1,ballots\n{names}", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA"}}
    line = [sys.executable, "-m", "commonweal.site.command", "methods", "tally", str(file), "--method", "plurality"]
    running = subprocess.Popen(
        line, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stderr is not None
    assert "wins by plurality" in running.stdout.readline()
    running.stdout.close()  # as `head -1` does
    assert running.stderr.read() == ""
    running.stderr.close()
    running.wait()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["votes.csv"]

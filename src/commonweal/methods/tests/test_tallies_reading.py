"""Ballot files: every way to write them, every way to get them wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.errors import BadInput
from commonweal.methods.tallies import committee, irv, preflib, reading, schulze, simple, stv
from commonweal.methods.tallies.profile import Ranked, ranked
from commonweal.methods.tests.test_tallies import COUNTS, ballots_of, run


def test_skipped_and_doubly_marked_ranks() -> None:
    text = "choice_1,choice_2,choice_3,ballots\novervote,A,B,2\nundervote,undervote,B,3\n,,,4\nA,A,B,1\novervote,,,5\n"
    loose, strict = reading.parse_csv(text), reading.parse_csv(text, reading.Rules(skips=1))
    assert (loose.valid, loose.blank, loose.spoiled) == (6, 4, 5)
    assert (strict.valid, strict.spoiled) == (3, 8)
    ended = reading.parse_csv(text, reading.Rules(overvote="exhaust"))
    assert (ended.valid, ended.spoiled) == (4, 7)
    assert irv.count(strict).rounds[0].tally == {"A": 3, "B": 0}


def test_preflib_files_of_both_generations() -> None:
    modern = "# FILE NAME: x\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: Bo\n" \
        "# ALTERNATIVE NAME 3: Ann\n7: 1,2,3\n2: 3,{1,2}\n"  # fmt: skip
    older = "3\n1,Ann\n2,Bo\n3,Ann\n9,9,2\n7,1,2,3\n2,3,{1,2}\n"
    for text in (modern, older):
        found = preflib.parse(text, ".toc")
        assert isinstance(found, Ranked)
        assert found.options == ("Ann", "Bo", "Ann (2)")
        assert schulze.pairwise(found).tolist() == [[0, 7, 7], [0, 0, 7], [2, 2, 0]]
        assert irv.count(found).rounds[0].tally == {"Ann": 7, "Bo": 0, "Ann (2)": 2}
    approvals = preflib.parse(
        "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: a\n3: {1,2},{}\n1: 2,1\n1: {},{1,2}\n", ".cat"
    )
    assert simple.approval(approvals).rounds[0].tally == {"a": 3, "option 2": 4}


def test_preflib_names_in_quotes_categories_by_name_and_what_the_head_promises() -> None:
    head = '# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: "Smith, Jo"\n# ALTERNATIVE NAME 2: Bo "B" Lee\n'
    found = preflib.parse(head + "# NUMBER VOTERS: 9\n3: 1,2\n4: 2\n", ".soi")
    assert found.options == ("Smith, Jo", 'Bo "B" Lee')
    assert found.notes == ("The head of the file says 9 people voted, its ballots add up to 7.",)
    assert not preflib.parse(head + "# NUMBER VOTERS: 7\n3: 1,2\n4: 2\n", ".soi").notes
    assert preflib.parse('2\n1,"Smith, Jo"\n2,Lee\n9,9,1\n7,1,2\n', ".soi").notes
    turned = "# NUMBER CATEGORIES: 2\n# CATEGORY NAME 1: No\n# CATEGORY NAME 2: Yes\n5: 1,2\n1: {1,2},{}\n"
    assert simple.approval(preflib.parse(head + turned, ".cat")).rounds[0].tally == {"Smith, Jo": 0, 'Bo "B" Lee': 5}


def test_ties_in_preflib_orders_are_skipped_or_end_the_ballot_and_equal_all_over_approve_of_nothing() -> None:
    text = "# NUMBER ALTERNATIVES: 3\n2: 1,{2,3}\n3: {1,2},3\n4: {1,2,3}\n"
    skipped = preflib.parse(text, ".toc")
    ended = preflib.parse(text, ".toc", rules=reading.Rules(overvote="exhaust"))
    assert irv.count(skipped).rounds[0].tally == {"option 1": 2, "option 2": 0, "option 3": 3}
    assert irv.count(ended).rounds[0].tally == {"option 1": 2, "option 2": 0, "option 3": 0}
    assert irv.count(ended).rounds[0].exhausted == 7
    assert simple.approval(skipped).rounds[0].tally == {"option 1": 5, "option 2": 3, "option 3": 0}


def test_csv_as_spreadsheets_and_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    rows = ["Precinct,CHOICE_1,Choice 2,rank-3,Ballots", '"North, 1","Lee, Ann",,Bo,2', "S,Bo,Bo,undervote,3", "S,,,,1"]
    file.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    found = reading.read(file)
    assert isinstance(found, Ranked)
    assert (found.options, found.valid, found.blank) == (("Bo", "Lee, Ann"), 5, 1)
    assert stv.count(found, 1).rounds[0].tally == {"Bo": 3, "Lee, Ann": 2}
    one_each = reading.parse_csv('"Big; red"\t"Small, blue"\nyes\tno\nno\t1\n\nx\t\n')
    assert simple.approval(one_each).rounds[0].tally == {"Big; red": 2, "Small, blue": 1}
    assert reading.parse_csv('"a, b";"c, d";"e, f"\n1;0;5\n').options == ("a, b", "c, d", "e, f")
    composed, apart = "Jos\u00e9", "Jose\u0301"
    file.write_text(f"choice_1\n{composed}\n{apart}\n", encoding="utf-8")
    assert reading.read(file).options == (composed,)


def test_score_and_approval_files() -> None:
    found = reading.parse_csv("voter_id;Park;Pool;ballots\n1;yes;;3\n2;no;x;2\n")
    assert simple.approval(found).rounds[0].tally == {"Park": 3, "Pool": 2}
    chosen = reading.parse_csv("choice_1,choice_2\nPark,Pool\nPool,\n")
    assert simple.approval(chosen).rounds[0].tally == {"Park": 1, "Pool": 2}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "empty"),
        ("choice_1,ballots\n", "row 1"),
        ("choice_1,ballots\nA,x\n", "row 2, column ballots"),
        ("choice_1,ballots\nA,-1\n", "below 0"),
        ("a,b\n1,2,3\n", "row 2"),
        ("a,a\n1,2\n", "two columns"),
        ("a,b\n1,many\n", "row 2, column b"),
        ("ballots\n3\n", "no column"),
        ("choice_1,choice_1\nA,B\n", "f.csv, row 1, column choice_1: a second column"),
        ("choice_1,ballots,count\nA,1,1\n", "column count: two columns"),
        ('choice_1,ballots\nA,1\n"B,1\nC,1\n', "f.csv, row 3: a quote"),
        ("choice_1\nundervote\n", "f.csv: no ballot names an option"),
        ("town,Park\nNorth,1\n", "row 2, column town: “North” is not a whole number; every column but"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(text: str, where: str) -> None:
    with pytest.raises(BadInput, match=where):
        reading.parse_csv(text, file="f.csv")


BROKEN = (
    "x",
    "# A",
    "2|1,a",
    "#S: 2|1: 3",
    "#S: 2|1: 1,1",
    "#S: 2|1: {1",
    "#S: 999999999|1: 1",
    "#S: 2|x: 1",
    "#S: 2|1: 0",
)


@pytest.mark.parametrize("text", [text.replace("#S", "# NUMBER ALTERNATIVES").replace("|", "\n") for text in BROKEN])
def test_a_broken_preflib_file_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        preflib.parse(text, ".soi", "f")


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="choice_1,;\n\"'ABallots{}:#0 23\tundervote²٣", max_size=120),
    st.sampled_from([".csv", ".soi", ".toc", ".cat"]),
)
def test_any_text_is_counted_or_refused(text: str, ending: str) -> None:
    try:
        found = reading.parse_csv(text) if ending == ".csv" else preflib.parse(text, ending)
        for count in (simple.approval, simple.plurality):
            count(found)
        if isinstance(found, Ranked):
            irv.count(found)
            stv.count(found, 2)
            schulze.count(found)
    except BadInput:
        pass


@pytest.mark.parametrize("content", [b"one\n\xff\xfe\x00", b"a\nb\x00b"])
def test_a_file_that_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=re.escape(f"{file}, row 2")):
        reading.read(file)
    with pytest.raises(BadInput, match="cannot be read"):
        reading.read(tmp_path / "none.csv")


@pytest.mark.parametrize("method", ["irv", "stv", "schulze", "approval", "plurality", "pav", "equal-shares"])
def test_one_person_and_one_option_are_enough_for_every_method(method: str, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("choice_1,ballots\nOnly,1\n", encoding="utf-8")
    report = run("tally", str(file), "--method", method)
    assert report.figures["winners"] == ["Only"]
    assert json.dumps(report.figures, allow_nan=False)
    assert report.picture is not None
    assert "<title>" in report.picture()


def test_empty_and_blank_votes_are_refused_by_every_method() -> None:
    nothing = ranked(["A", "B"], np.full((3, 2), -1))
    for count in COUNTS.values():
        with pytest.raises(BadInput):
            count(nothing)


def test_wrong_settings_are_refused() -> None:
    ballots = ballots_of((3, "AB"))
    for count in (
        lambda: stv.count(ballots, 0),
        lambda: stv.count(ballots, 1, decimals=13),
        lambda: stv.count(ballots, 1, quota="none"),
        lambda: stv.count(ballots, 1, rules="other"),  # type: ignore[arg-type]
        lambda: ranked(["A", "A"], [[0]]),
        lambda: ranked(["A"], [[1]]),
        lambda: ranked([], [[0]]),
        lambda: ranked(["A"], [[0]], [-1]),
        lambda: simple.score(ballots),
        lambda: committee.sequential_pav(ballots, 0),
        lambda: schulze.count(ballots, 0),
        lambda: simple.approval(ballots, 0),
    ):
        with pytest.raises(BadInput):
            count()

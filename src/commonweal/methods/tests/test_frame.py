"""What all methods share: errors that say where, tables, intervals, pictures, the command line."""

from __future__ import annotations

import argparse
import xml.etree.ElementTree as ET

import pytest

from commonweal.methods import command
from commonweal.methods.errors import BadInput
from commonweal.methods.pictures import Picture, Scale, axis_below, axis_left, in_step
from commonweal.methods.results import Estimate, Table


def test_an_error_says_where_and_what_to_do() -> None:
    error = BadInput("“x” is not a number; write 12 or 12.5", file="votes.csv", row=7, column="ballots")
    assert str(error) == "votes.csv, row 7, column ballots: “x” is not a number; write 12 or 12.5"
    assert str(BadInput("nobody voted")) == "nobody voted"


def test_an_estimate_says_how_sure_it_is() -> None:
    assert Estimate(0.123, 0.031, 0.214).in_words() == "0.12 (95% interval 0.03 to 0.21)"
    assert Estimate(0.123).in_words() == "0.12 (no interval)"
    assert Estimate(0.2, 0.1, 0.3).excludes_zero
    assert not Estimate(0.2, -0.1, 0.3).excludes_zero
    assert not Estimate(0.2).excludes_zero
    assert Estimate(float("nan"), float("-inf"), 1).as_json() == {"estimate": None, "low": None, "high": 1.0}


def test_a_table_reads_in_a_terminal_and_in_a_spreadsheet() -> None:
    table = Table("Votes", ("name", "votes"), (("Ada", 3), ("Bo, the younger", None)))
    assert table.as_text().splitlines() == [
        "Votes",
        "name             votes",
        "───────────────  ─────",
        "Ada                  3",
        "Bo, the younger      –",
    ]
    assert table.as_csv() == 'name,votes\nAda,3\n"Bo, the younger",\n'


def test_a_picture_is_well_formed_titled_and_free_of_style_and_script() -> None:
    picture = Picture("A <title>", "What & why")
    across, up = Scale(0, 10, 40, 600), Scale(-1, 1, 300, 20)
    axis_below(picture, across, 300, "hours")
    axis_left(picture, up, 40, "effect")
    picture.path([(1, 2), (3, 4), (float("nan"), 1), (5, 6)])
    for kind in range(6):
        picture.mark((100, 100), kind)
    picture.arrow((1, 1), (50, 50))
    picture.legend(["one", "two"], (10, 10))
    text = picture.svg()
    root = ET.fromstring(text)
    assert [child.tag.partition("}")[2] for child in root][:2] == ["title", "desc"]
    assert root[0].text == "A <title>"
    assert " style=" not in text
    assert "script" not in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 10, [0, 2, 4, 6, 8, 10]), (-0.04, 0.11, [-0.04, -0.02, 0, 0.02, 0.04, 0.06, 0.08, 0.1]), (5, 5, None)],
)
def test_a_scale_names_round_values(low: float, high: float, ticks: list[float] | None) -> None:
    found = Scale(low, high, 0, 100).ticks()
    if ticks is not None and len(found) == len(ticks):
        assert found == pytest.approx(ticks)
    assert 3 <= len(found) <= 11
    assert in_step(0.0, [-0.02, 0.0, 0.02]) == "0.00"
    assert in_step(-1e-12, [-0.02, -1e-12, 0.02]) == "0.00"


@pytest.mark.parametrize(
    "words",
    [("bridging", "x.csv", "--seed", "-1"), ("networks", "x.csv", "--seed", "-1"), ("bridging", "x.csv", "--top", "0")],
)
def test_a_number_that_cannot_be_is_refused_in_one_line(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(words)) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "whole number" in told

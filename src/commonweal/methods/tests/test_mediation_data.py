"""Reading tables for mediation: words coded, missing values counted, faults named by row and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import mediate
from commonweal.methods.mediation.data import Frame, read_csv
from commonweal.methods.mediation.model import Model, one_unit, prepare


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_words_are_coded_against_the_first_in_alphabetical_order(tmp_path: Path) -> None:
    frame = read_csv(written(tmp_path, "x,school\n1,low\n2,high\n3,middle\n"))
    coded = frame.coded("school")
    assert list(coded) == ["school=low", "school=middle"]
    assert coded["school=low"].tolist() == [1, 0, 0]


def test_the_alphabet_does_not_heed_capitals(tmp_path: Path) -> None:
    frame = read_csv(written(tmp_path, "arm\nTreated\ncontrol\nTreated\n"))
    assert frame.levels("arm") == ["control", "Treated"]
    assert frame.number("arm").tolist() == [1, 0, 1]
    assert read_csv(written(tmp_path, "asked\nTRUE\nFALSE\nNA\n")).levels("asked") == ["FALSE", "TRUE"]


def test_rows_with_a_missing_value_are_left_out_and_counted(tmp_path: Path) -> None:
    frame = read_csv(written(tmp_path, "x,y,z\n1,2,\nNA,3,1\n4,.,1\n5,6,nan\n7,8,9\n"))
    assert frame.complete(["x", "y"])[1] == 2
    kept, dropped = frame.complete(["x", "y", "z"])
    assert dropped == 4
    assert kept.columns["x"].tolist() == [7]
    assert kept.lines is not None
    assert kept.lines.tolist() == [6]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("x,y\n", "there are no rows"),
        ("x,x\n1,2\n", "row 1, column x: two columns have this name"),
        ("x,y\n1,2\n1,2,3\n", "row 3: has 3 cells where 2 are named"),
        ("x,y\n" + "1,2\n" * 40 + "1,l2\n", "row 42, column y: “l2” is not a number"),
        ("x,y\n1,1e999\n", "row 2, column y: “1e999” is too large"),
        ('x,y\n1,"2\n', "is not CSV"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_csv(written(tmp_path, text))
    assert message in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_csv(tmp_path / "nowhere.csv")
    file = tmp_path / "people.csv"
    file.write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(BadInput, match="UTF-8"):
        read_csv(file)


def test_semicolons_tabs_and_a_column_without_a_name_are_read(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, "\ufeff;x;y\n1;2;3\n2;4;5\n")).columns["y"].tolist() == [3, 5]
    assert read_csv(written(tmp_path, "x\ty\n2\t3\n")).columns["x"].tolist() == [2]


def test_a_decimal_comma_is_read_where_commas_part_no_cells(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, "x;y\n-1,5;2\n3;0,25\n")).columns["x"].tolist() == [-1.5, 3]
    with pytest.raises(BadInput, match="2 are named"):
        read_csv(written(tmp_path, "x,y\n1,5,2\n"))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='xy,;\t\n\r"1.eNA-é\x00 ', max_size=60))
def test_whatever_a_file_holds_only_bad_input_is_raised(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("fuzz") / "f.csv"
    file.write_text(text, encoding="utf-8", newline="")
    try:
        frame = read_csv(file)
        prepare(frame, Model("x", ("y",), "z"))
    except BadInput:
        pass


def people(n: int = 60) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=n)
    m = x + rng.normal(size=n)
    return {"x": x, "m": m, "y": m + rng.normal(size=n), "c": rng.normal(size=n)}


def test_a_constant_or_determined_column_is_named() -> None:
    data = people()
    with pytest.raises(BadInput, match="column m: has the same value"):
        prepare(Frame.of(data | {"m": np.ones(60)}), Model("x", ("m",), "y"))
    with pytest.raises(BadInput, match="column m: is determined"):
        prepare(Frame.of(data | {"m": 3 * data["x"] + 2}), Model("x", ("m",), "y"))
    with pytest.raises(BadInput, match="column x: is determined"):
        prepare(Frame.of(data | {"c": -data["x"]}), Model("x", ("m",), "y", ("c",)))
    with pytest.raises(BadInput, match="no column “mm”"):
        prepare(Frame.of(data), Model("x", ("mm",), "y"))
    with pytest.raises(BadInput, match="two roles"):
        Model("x", ("x",), "y")
    with pytest.raises(BadInput, match="too few"):
        prepare(Frame.of({name: values[:4] for name, values in data.items()}), Model("x", ("m",), "y"))


def test_a_covariate_that_says_nothing_new_is_left_out_and_named() -> None:
    data = people()
    prepared = prepare(
        Frame.of(data | {"d": 2 * data["c"] - 1, "e": np.ones(60)}), Model("x", ("m",), "y", ("c", "d", "e"))
    )
    assert prepared.covariate_names == ("c",)
    assert prepared.left_out == ("d", "e")


def test_the_change_of_x_is_one_unit_that_the_data_hold() -> None:
    assert one_unit(np.array([0.0, 1.0, 1.0])) == (0, 1)
    assert one_unit(np.array([1.0, 2.0, 1.0])) == (1, 2)
    assert one_unit(np.array([10.0, 20.0, 30.0])) == (19.5, 20.5)


def test_two_arms_of_several_are_compared_with_the_others_held_apart() -> None:
    rng = np.random.default_rng(4)
    arm = rng.choice(["call", "letter", "none"], 300)
    m = 0.5 * (arm == "call") + 0.2 * (arm == "letter") + rng.normal(size=300)
    frame = Frame.of({"arm": arm, "m": m, "y": 0.4 * m + rng.normal(size=300)})
    with pytest.raises(BadInput, match=r"column arm: holds 3 different words .* --contrast call,letter"):
        mediate(frame, Model("arm", ("m",), "y"), replicates=100)
    result = mediate(frame, Model("arm", ("m",), "y", contrast=("none", "call")), replicates=100)
    mean = {name: m[arm == name].mean() for name in ("call", "none")}
    assert result.n == 300
    assert result.effects.a["m"].estimate == pytest.approx(mean["call"] - mean["none"], abs=1e-12)
    assert "arm = call instead of none" in result.sentence
    assert result.as_json()["coding"]["arm"] == ["none", "call"]
    with pytest.raises(BadInput, match="column arm: “visit” is no value to compare; it holds call, letter, none"):
        mediate(frame, Model("arm", ("m",), "y", contrast=("none", "visit")), replicates=100)


def test_two_words_may_be_compared_either_way() -> None:
    rng = np.random.default_rng(4)
    x = rng.choice(["no", "yes"], 200)
    m = 0.5 * (x == "yes") + rng.normal(size=200)
    frame = Frame.of({"x": x, "m": m, "y": m + rng.normal(size=200)})
    one, other = (
        mediate(frame, Model("x", ("m",), "y", contrast=ends), replicates=100)
        for ends in (("no", "yes"), ("yes", "no"))
    )
    assert one.effects.total.estimate == pytest.approx(-other.effects.total.estimate)
    assert "x = no instead of yes" in other.sentence

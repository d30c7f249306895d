"""Reading long files: two readers, one answer."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import pairs
from commonweal.methods.errors import BadInput
from commonweal.methods.pairs import Columns, line_of, read_pairs

RATINGS = Columns("rater", "item", "rating", allowed=lambda v: np.isin(v, (0, 0.5, 1)), wanted="0, 0.5 or 1")
TIES = Columns("source", "target", "weight", optional=True, shared=True, allowed=lambda v: v > 0, wanted="above 0")


def read(tmp_path: Path, text: str | bytes, columns: Columns = RATINGS) -> pairs.Pairs:
    file = tmp_path / "long.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_pairs(file, columns)


def test_columns_may_stand_in_any_order_with_others_between(tmp_path: Path) -> None:
    found = read(tmp_path, 'when,Rating,item,rater\n1,0.5,"a, b",u\n\n2,1,c , u\n')
    assert found.first.tolist() == [0, 0]
    assert found.second.tolist() == [0, 1]
    assert list(found.second_names) == ["a, b", "c"]
    assert found.number is not None
    assert found.number.tolist() == [0.5, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "row 1: is empty"),
        ("rater,item\n", "row 1, column rating: the column is missing"),
        ("rater,item,rating,item\n", "row 1, column item: the column stands twice"),
        ("rater,item,rating\nu,a,1\nu,b,2\n", "row 3, column rating: “2” is not 0, 0.5 or 1"),
        ("rater,item,rating\nu,a,\n", "row 2, column rating: is empty"),
        ("rater,item,rating\nu,a,nan\n", "row 2, column rating"),
        ("rater,item,rating\n\nu,,1\n", "row 3, column item: is empty; a name"),
        ("rater,item,rating\nu,a,1,9\n", "row 2: has 4 fields; the header has 3"),
        (b"rater,item,rating\nu,a,1\n\xff,a,1\n", "row 3: is not UTF-8"),
        ("rater,item,rating\nu,a,1e999\n", "row 2, column rating"),
    ],
)
@pytest.mark.parametrize("fast_from", [0, 1 << 20])
def test_what_is_wrong_is_named_with_row_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, says: str, fast_from: int
) -> None:
    monkeypatch.setattr(pairs, "FAST_FROM", fast_from)
    with pytest.raises(BadInput) as wrong:
        read(tmp_path, text)
    assert says in str(wrong.value)
    assert "long.csv" in str(wrong.value)


def test_a_file_that_is_not_there_is_said_so() -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_pairs("nowhere.csv", RATINGS)


CELL = st.text(st.sampled_from('ab1. \t"\r\né.,0'), max_size=6)
PLAIN = st.tuples(
    st.text("abcé", min_size=1, max_size=9), st.text("xyz ", min_size=1, max_size=3), st.sampled_from("01")
)


@given(st.lists(st.one_of(PLAIN, st.tuples(CELL, CELL, CELL)), max_size=8), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=150, deadline=None)
def test_the_fast_reader_and_the_careful_one_agree(tmp_path_factory, rows, line_end) -> None:
    file = tmp_path_factory.mktemp("both") / "r.csv"
    text = line_end.join(["rater,item,rating", *(",".join(row) for row in rows)])
    file.write_bytes(text.encode())
    answers = []
    for fast_from in (0, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pairs, "FAST_FROM", fast_from)
            try:
                found = read_pairs(file, RATINGS)
                names = [list(found.first_names), list(found.second_names)]
                answers.append([found.first.tolist(), found.second.tolist(), found.number.tolist(), names])
            except BadInput as wrong:
                answers.append(str(wrong))
    assert answers[0] == answers[1]


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_only_bad_input_escapes_from_any_bytes(tmp_path_factory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "r.csv"
    for head in (b"", b"source,target\n", b"source,target,weight\n"):
        file.write_bytes(head + data)
        for fast_from in (0, 1 << 20):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(pairs, "FAST_FROM", fast_from)
                with contextlib.suppress(BadInput):
                    read_pairs(file, TIES)


def test_pieces_of_a_long_file_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from commonweal.methods import pairs_fast

    lines = [f"person {n % 211},thing {n * 7 % 1009},{(n % 3) / 2:g}" for n in range(5_000)]
    text = "\ufeffrater,item,rating\r\n" + "\r\n".join(lines)
    careful = read(tmp_path, text)
    monkeypatch.setattr(pairs, "FAST_FROM", 0)
    monkeypatch.setattr(pairs_fast, "PIECE", 997)
    fast = read(tmp_path, text)
    assert isinstance(fast.first_names, pairs_fast.Names)
    assert list(fast.first_names) == careful.first_names
    assert list(fast.second_names) == careful.second_names
    assert np.array_equal(fast.first, careful.first)
    assert np.array_equal(fast.second, careful.second)
    assert np.array_equal(fast.number, careful.number)


def test_the_line_of_a_data_row_counts_blank_lines(tmp_path: Path) -> None:
    file = tmp_path / "g.csv"
    file.write_text("node,group\n\na,1\n\nb,2\n")
    assert [line_of(file, 0), line_of(file, 1)] == [3, 5]

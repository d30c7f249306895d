"""What holds for every world, every scale and every table, however odd."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import command
from commonweal.methods.errors import BadInput
from commonweal.methods.figures import gini_of_array
from commonweal.methods.mediation.measures import measure, measure_of
from commonweal.methods.mediation.missing import rubin
from commonweal.methods.population import cascade, ratings_world

numbers = st.floats(-1e6, 1e6, allow_nan=False)
shares = st.floats(-0.5, 1.5, allow_nan=False)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e6), max_size=30), st.floats(0.01, 100))
def test_inequality_lies_between_0_and_1_and_has_no_unit(values: list[float], unit: float) -> None:
    found = gini_of_array(np.array(values))
    assert -1e-9 <= found < 1
    assert gini_of_array(np.array(values) * unit) == pytest.approx(found, abs=1e-6) or sum(values) < 1e-9


@settings(max_examples=50, deadline=None)
@given(st.lists(shares, min_size=1, max_size=30), st.floats(0, 0.5))
def test_lower_thresholds_never_make_fewer_act(thresholds: list[float], lower: float) -> None:
    values = np.array(thresholds)
    assert 0 <= cascade(values) <= cascade(values - lower) <= len(values)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-2, 60), st.integers(-2, 40), st.floats(-1, 50), st.floats(-1, 3), shares, shares, st.integers(0, 2**32)
)
def test_ratings_are_a_world_or_refused(
    raters: int, items: int, per_rater: float, divide: float, brigade: float, pushed: float, seed: int
) -> None:
    try:
        world = ratings_world(
            raters, items, per_rater=per_rater, divide=divide, brigade=brigade, pushed=pushed, seed=seed
        )
    except BadInput:
        return
    assert len(world.rating) == len(world.rater) == len(world.item) > 0
    assert set(np.unique(world.rating)) <= {0.0, 0.5, 1.0}
    assert len(set(zip(world.rater.tolist(), world.item.tolist(), strict=True))) == len(world.rating)
    assert set(np.unique(world.rater)) == set(range(raters))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(numbers, st.floats(0, 1e6)), min_size=2, max_size=20), st.floats(1, 1e6))
def test_pooled_intervals_hold_their_middle(draws: list[tuple[float, float]], freedom: float) -> None:
    points, variances = (np.array(values) for values in zip(*draws, strict=True))
    estimate, lost = rubin(points, variances, freedom)
    assert estimate.low <= estimate.estimate <= estimate.high
    assert 0 <= lost <= 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["osss3_close", "osss3_interest", "osss3_neighbours", "x"]), anything))
def test_any_answers_give_a_score_nothing_or_a_clear_refusal(answers: dict[str, object]) -> None:
    try:
        score = measure("osss3").score(answers)
    except BadInput:
        return
    assert score is None or 3 <= score <= 14


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(["key", "title", "items", "multiply", "bands", "opt_in", "source"]), anything))
def test_any_pack_is_a_measure_or_refused(pack: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        measure_of(pack)


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(["coverage", *words])


def test_coverage_from_a_terminal(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    words = ("--worlds", "null-both", "--runs", "3", "--people", "150", "--replicates", "100")
    assert command.run(parsed(*words, "--json")) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["worlds"]["null-both"]["verdicts"].get("supported", 0) == 0
    assert figures["runs"] == 3
    assert command.run(parsed(*words, "--svg", f"{tmp_path}/coverage.svg")) == 0
    assert "How often the 95% interval holds the truth" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("--worlds", "nowhere"), ("--runs", "0"), ("--people", "3"), ("--replicates", "5"), ("--seed", "-1")]
)
def test_coverage_refuses_in_one_line(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(parsed(*words)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1

"""The verdict over three waves, and the report on how it fares where the truth is known."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation.coverage import coverage, proportion, wave_data
from commonweal.methods.mediation.verdict import ThreeWaves
from commonweal.methods.mediation.waves import WaveData, three_waves
from commonweal.methods.population import WORLDS, society


def asked(world: str, n: int = 700, seed: int = 0, **more: object) -> ThreeWaves:
    data = wave_data(society(n, world, seed=seed).waves)
    return three_waves(WaveData(**(vars(data) | more)), replicates=400, seed=seed)


def test_a_strong_path_is_supported_with_its_truth_inside() -> None:
    found = asked("mediated-strong", 1500)
    assert found.verdict == "supported"
    assert found.mediates
    assert found.reasons == ()
    for name, truth in (("a", 0.59), ("b", 0.59), ("indirect", 0.3481)):
        assert getattr(found, name).low < truth < getattr(found, name).high
    assert "This supports that X leads to Y by way of M" in found.sentence
    assert "ρ̃² =" in found.sentence


def test_what_a_hidden_cause_of_ordinary_size_could_make_cannot_be_said() -> None:
    found = asked("mediated-between", 1500)
    assert found.mediates
    assert found.verdict == "cannot say"
    assert "hidden common cause" in found.sentence


@pytest.mark.parametrize("world", [name for name, world in WORLDS.items() if world.trap])
def test_no_trap_ever_gets_a_positive_verdict(world: str) -> None:
    assert [asked(world, n, seed).verdict for n in (150, 900) for seed in range(5)].count("supported") == 0


def test_no_trap_gets_one_in_a_large_community_either_where_chance_is_small() -> None:
    for world in ("confounded", "shared-cause", "reverse-only", "reverse-noisy"):
        assert asked(world, 8000, 3).verdict in ("cannot say", "not supported")


def test_the_reverse_direction_is_seen_and_named() -> None:
    found = asked("reverse-only", 1500)
    assert found.reversed
    assert found.reverse["y before → m"].excludes_zero
    data = wave_data(society(1500, "mediated-strong").waves)
    # Y drives M as well as the other way round: the path is there, and still nothing is claimed.
    both = WaveData(**(vars(data) | {"m": data.m + 0.5 * data.y_before}))
    assert three_waves(both, replicates=400).verdict == "cannot say"
    assert "reverse direction: y before → m" in three_waves(both, replicates=400).sentence


def test_displacement_is_named() -> None:
    found = asked("displacement", 1500)
    assert found.displacement
    assert found.verdict == "not supported"
    assert "displacement" in found.sentence


def test_under_a_hundred_there_are_numbers_and_no_verdict() -> None:
    found = asked("mediated-strong", 90)
    assert found.n < 100
    assert found.verdict == "no verdict: n < 100"
    assert found.indirect.low is not None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"m_before": None}, "as they were before"),
        ({"when": (0, 2, 1)}, "in this order"),
        ({"x_after": None}, "reverse direction cannot be looked for"),
    ],
)
def test_a_design_that_cannot_carry_a_cause_carries_none(more: dict[str, object], reason: str) -> None:
    found = asked("mediated-strong", 1500, **more)
    assert found.verdict == "cannot say"
    assert any(reason in r for r in found.reasons)


def test_where_less_is_better_the_sign_turns() -> None:
    data = wave_data(society(1500, "mediated-strong").waves)
    lonely = WaveData(**(vars(data) | {"y": -data.y, "y_before": -data.y_before, "better": "less"}))
    assert three_waves(lonely, replicates=400).verdict == "supported"
    worse = WaveData(**(vars(data) | {"better": "less"}))
    assert three_waves(worse, replicates=400).verdict == "not supported"


def test_a_lot_that_decided_x_leaves_only_the_second_link_open() -> None:
    rng = np.random.default_rng(1)
    n = 1500
    x, before = rng.integers(0, 2, n).astype(float), rng.normal(size=(n, 2))
    m = 0.4 * x + 0.5 * before[:, 0] + rng.normal(size=n)
    y = 0.7 * m + 0.5 * before[:, 1] + rng.normal(size=n)
    found = three_waves(WaveData(x, m, y, before[:, 0], before[:, 1], randomised=True), replicates=400)
    assert not found.withstands["a"]
    assert found.verdict == "supported"


def test_answers_missing_are_counted_and_the_seed_decides() -> None:
    data = wave_data(society(400, "mediated-strong").waves)
    gone = data.y.copy()
    gone[:9] = np.nan
    with_gaps = WaveData(**(vars(data) | {"y": gone}))
    one, two = (three_waves(with_gaps, replicates=200, seed=3) for _ in range(2))
    assert one.dropped == 9
    assert one == two
    json.dumps(one.as_json(), allow_nan=False)
    assert len(one.tables()) == 3
    assert "nan" not in ET.tostring(ET.fromstring(one.picture()), encoding="unicode")


@pytest.mark.parametrize("fault", ["constant", "lengths", "same", "replicates", "name", "few"])
def test_what_cannot_be_fitted_is_refused(fault: str) -> None:
    data = wave_data(society(300, "mediated-strong").waves)
    n, more, replicates = len(data.x), {}, 200
    if fault == "constant":
        more = {"m": np.ones(n)}
    elif fault == "lengths":
        more = {"y": data.y[:-1]}
    elif fault == "same":
        more = {"m": data.x * 2}
    elif fault == "replicates":
        replicates = 10
    elif fault == "name":
        more = {"covariates": {"m before": data.x}}
    else:
        more = {"y": np.where(np.arange(n) < 5, data.y, np.nan)}
    with pytest.raises(BadInput):
        three_waves(WaveData(**(vars(data) | more)), replicates=replicates)


def test_coverage_holds_its_gates_and_tells_them_in_every_form() -> None:
    worlds = ("mediated-between", "null-second", "confounded", "reverse-only")
    told: list[float] = []
    found = coverage(worlds, runs=25, people=250, replicates=200, seed=1, progress=told.append)
    assert told[-1] == 1.0
    assert found.faults == ()
    assert "0 positive verdicts" in found.sentence
    figures = found.as_json()
    assert figures["worlds"]["confounded"]["coverage"] is None
    assert figures["worlds"]["mediated-between"]["coverage"]["a"]["estimate"] >= 0.8
    assert [len(t.rows) for t in found.tables()] == [10, 4]
    assert ET.fromstring(found.picture())[0].text == "Coverage of 95% intervals"
    with pytest.raises(BadInput):
        coverage(("nowhere",), runs=1)
    with pytest.raises(BadInput):
        coverage(worlds, runs=0)


def test_a_fault_is_a_fault() -> None:
    found = coverage(("null-both",), runs=3, people=150, replicates=100).worlds[0]
    bad = type(found)(found.world, 200, 150.0, dict.fromkeys(found.covered, 150), found.bias, 60, {"supported": 2})
    assert len(bad.faults()) == 6
    share = proportion(50, 1000)
    assert share.low == pytest.approx(0.0381, abs=1e-4)
    assert share.high == pytest.approx(0.0653, abs=1e-4)

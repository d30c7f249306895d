"""Mediators in a known order: effects against simulated interventions."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Model
from commonweal.methods.mediation.ordered import ordered

MODEL = Model("x", ("m1", "m2"), "y", ("c",), contrast=(0.0, 1.0))


def first(x: np.ndarray, c: np.ndarray, e: np.ndarray) -> np.ndarray:
    return 0.5 * x + 0.3 * c + e


def second(x: np.ndarray, m1: np.ndarray, c: np.ndarray, e: np.ndarray) -> np.ndarray:
    return 0.3 * x + (0.4 + 0.5 * x) * m1 - 0.2 * c + 0.8 * e


def outcome(x: np.ndarray, m1: np.ndarray, m2: np.ndarray, c: np.ndarray) -> np.ndarray:
    return 0.2 * x + 0.4 * m1 + (0.3 + 0.2 * x) * m2 + 0.25 * m1 * m2 + 0.1 * c


def people(n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    c, x = rng.normal(size=n), rng.integers(0, 2, n).astype(float)
    m1 = first(x, c, rng.normal(size=n))
    m2 = second(x, m1, c, rng.normal(size=n))
    y = outcome(x, m1, m2, c) + rng.normal(size=n)
    return Frame.of({"x": x, "m1": m1, "m2": m2, "y": y, "c": c})


def truth(n: int = 2_000_000) -> dict[str, float]:
    """The same effects by drawing mediators from the distributions that the definition names."""
    rng = np.random.default_rng(99)
    c, x0, x1 = rng.normal(size=n), np.zeros(n), np.ones(n)

    def joint(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m1 = first(x, c, rng.normal(size=n))
        return m1, second(x, m1, c, rng.normal(size=n))

    def alone(at1: np.ndarray, at2: np.ndarray) -> float:
        return float(outcome(x1, joint(at1)[0], joint(at2)[1], c).mean())

    low, mixed, high = alone(x0, x0), alone(x1, x0), alone(x1, x1)
    at0, at1 = joint(x0), joint(x1)
    direct = float((outcome(x1, *at0, c) - outcome(x0, *at0, c)).mean())
    total = float(outcome(x1, *at1, c).mean() - outcome(x0, *at0, c).mean())
    return {"m1": mixed - low, "m2": high - mixed, "direct": direct, "total": total}


def test_effects_are_those_of_simulated_interventions() -> None:
    expected, found = truth(), ordered(people(200_000, 1), MODEL, replicates=0)
    assert found.via["m1"].estimate == pytest.approx(expected["m1"], abs=0.015)
    assert found.via["m2"].estimate == pytest.approx(expected["m2"], abs=0.015)
    assert found.direct.estimate == pytest.approx(expected["direct"], abs=0.015)
    assert found.total.estimate == pytest.approx(expected["total"], abs=0.015)
    assert found.dependence.estimate == pytest.approx(0.25 * 0.5, abs=0.015)


def test_effects_add_up_and_intervals_hold_the_truth() -> None:
    found = ordered(people(1500, 2), MODEL, replicates=200)
    parts = [*found.via.values(), found.dependence, found.direct]
    assert sum(part.estimate for part in parts) == pytest.approx(found.total.estimate)
    assert found.total.low < truth(200_000)["total"] < found.total.high
    assert "m1 comes before m2" in found.sentence
    assert found.as_json()["via"]["m2"]["low"] is not None
    assert len(found.tables()[0].rows) == 5


def test_without_interactions_it_is_the_serial_product_of_coefficients() -> None:
    frame = people(800, 3)
    found = ordered(frame, MODEL, interactions=False, replicates=0)
    x, m1, m2, y, c = (frame.columns[name] for name in ("x", "m1", "m2", "y", "c"))
    one = np.ones(len(x))
    a1 = np.linalg.lstsq(np.column_stack([x, one, c]), m1, rcond=None)[0][0]
    a2, d = np.linalg.lstsq(np.column_stack([x, m1, one, c]), m2, rcond=None)[0][:2]
    direct, b1, b2 = np.linalg.lstsq(np.column_stack([x, m1, m2, one, c]), y, rcond=None)[0][:3]
    assert found.via["m1"].estimate == pytest.approx(a1 * b1)
    assert found.via["m2"].estimate == pytest.approx((a2 + d * a1) * b2)
    assert found.direct.estimate == pytest.approx(direct)
    assert found.dependence.estimate == pytest.approx(0.0)


def test_one_and_three_mediators_clusters_and_the_seed() -> None:
    frame = people(300, 4)
    rng = np.random.default_rng(1)
    columns = dict(frame.columns) | {"m3": frame.columns["m2"] + rng.normal(size=300), "circle": np.arange(300) // 10}
    frame = Frame.of(columns)
    one = ordered(frame, Model("x", ("m1",), "y", ("c",), cluster="circle"), replicates=100)
    assert one == ordered(frame, Model("x", ("m1",), "y", ("c",), cluster="circle"), replicates=100)
    three = ordered(frame, Model("x", ("m1", "m2", "m3"), "y"), replicates=0)
    assert sum(e.estimate for e in three.via.values()) + three.dependence.estimate + three.direct.estimate == (
        pytest.approx(three.total.estimate)
    )


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(BadInput, match="too few"):
        ordered(people(9, 5), MODEL)
    with pytest.raises(BadInput, match="linear"):
        ordered(people(100, 5), Model("x", ("m1",), "y", y_family="logit"))
    with pytest.raises(BadInput, match="100 replicates"):
        ordered(people(100, 5), MODEL, replicates=5)

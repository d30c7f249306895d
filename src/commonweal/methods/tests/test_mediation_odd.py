"""Odd tables: constant, rare, huge, missing, of words, few rows. A right answer or a clear refusal, never anything else."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Model, mediate

KINDS = ("normal", "normal", "normal", "constant", "even", "even", "missing", "words", "huge", "rare", "levels")


def column(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    return {
        "normal": lambda: rng.normal(size=n),
        "constant": lambda: np.full(n, 3.0),
        "even": lambda: (rng.random(n) < 0.5).astype(float),
        "missing": lambda: np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n)),
        "words": lambda: rng.choice(np.array(["yes", "no"], dtype=object), n),
        "huge": lambda: 1e12 + 1e9 * rng.normal(size=n),
        "rare": lambda: (rng.random(n) < 0.05).astype(float),
        "levels": lambda: rng.choice(np.array(["a", "b", "c"], dtype=object), n),
    }[kind]()


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.sampled_from([1, 2, 5, 9, 20, 40]),
    kinds=st.lists(st.sampled_from(KINDS), min_size=6, max_size=6),
    families=st.tuples(*[st.sampled_from(["gaussian", "gaussian", "logit", "probit"])] * 2),
    flags=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_an_odd_table_gives_finite_figures_that_add_up_or_bad_input(
    seed: int, n: int, kinds: list[str], families: tuple[str, str], flags: list[bool]
) -> None:
    rng = np.random.default_rng(seed)
    names = ("x", "m", "m2", "y", "c", "w")
    data = {name: column(kind, n, rng) for name, kind in zip(names, kinds, strict=True)}
    data["g"] = rng.integers(0, 4, n).astype(float)
    several, covariate, interaction, moderated, clustered, bca = flags
    try:
        model = Model(
            "x",
            ("m", "m2") if several else ("m",),
            "y",
            ("c",) if covariate else (),
            serial=several and covariate,
            interaction=interaction,
            moderator="w" if moderated else None,
            cluster="g" if clustered else None,
            m_family=families[0],  # type: ignore[arg-type]
            y_family=families[1],  # type: ignore[arg-type]
        )
        result = mediate(Frame.of(data), model, replicates=100, interval="bca" if bca else "percentile")
    except BadInput:
        return
    effects = result.effects
    for effect in (effects.direct, effects.indirect, effects.total):
        assert np.isfinite([effect.estimate, effect.low, effect.high]).all()
    scale = max(1e-300, abs(effects.direct.estimate), abs(effects.indirect.estimate))
    assert abs(effects.total.estimate - effects.direct.estimate - effects.indirect.estimate) < 1e-6 * scale
    json.dumps(result.as_json(), allow_nan=False)
    ET.fromstring(result.picture())


def test_nobody_and_everybody_missing_are_refused() -> None:
    model = Model("x", ("m",), "y")
    with pytest.raises(BadInput, match="no row has a value"):
        mediate(Frame.of({name: np.empty(0) for name in "xmy"}), model)
    with pytest.raises(BadInput, match="no row has a value"):
        mediate(Frame.of({"x": np.arange(9.0), "m": np.full(9, np.nan), "y": np.arange(9.0)}), model)


def test_columns_of_different_length_or_infinite_are_refused() -> None:
    with pytest.raises(BadInput, match="differ in length"):
        Frame.of({"x": [1, 2], "y": [1]})
    with pytest.raises(BadInput, match="column x: holds an infinite value"):
        Frame.of({"x": [1, float("inf")], "y": [1, 2]})

"""Which steps a moderator acts on (models 7, 8, 14, 58 and 59 of Hayes 2022), against least squares equation by equation."""

from __future__ import annotations

import argparse

import numpy as np
import pytest

from commonweal.methods.command.mediation import add_arguments, model_of
from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Mediation, Model, mediate
from commonweal.methods.mediation.model import STEPS, Step

AT = (1.0, 3.0, 5.0)


def people(n: int = 400, seed: int = 3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, w, c = rng.normal(size=n), rng.normal(3, 1.2, n), rng.normal(size=n)
    m = 0.4 * x + 0.2 * w * x + 0.3 * c + rng.normal(size=n)
    y = 0.2 * x + 0.3 * m + 0.1 * w * m - 0.1 * w * x + rng.normal(size=n)
    return {"x": x, "w": w, "c": c, "m": m, "y": y}


def fitted(y: np.ndarray, **columns: np.ndarray) -> dict[str, float]:
    design = np.column_stack([np.ones(len(y)), *columns.values()])
    return dict(zip(("1", *columns), np.linalg.lstsq(design, y, rcond=None)[0].tolist(), strict=True))


def found(d: dict[str, np.ndarray], *moderates: Step, **more: object) -> Mediation:
    covariates = more.pop("covariates", ("c",))
    model = Model("x", ("m",), "y", covariates, moderator="w", at=AT, moderates=moderates, **more)  # type: ignore[arg-type]
    return mediate(Frame.of(d), model, replicates=100, resampling="bootstrap" if model.linear else "quasi-bayes")


@pytest.mark.parametrize("moderates", [("a",), ("b",), ("direct",), ("a", "direct"), ("a", "b"), STEPS])
def test_each_equation_has_the_moderator_where_it_acts(moderates: tuple[Step, ...]) -> None:
    d = people()
    of_m = {"x": d["x"], "c": d["c"]} | ({"w": d["w"], "xw": d["x"] * d["w"]} if "a" in moderates else {})
    of_y = {"x": d["x"], "c": d["c"], "m": d["m"]}
    of_y |= {"w": d["w"]} if {"b", "direct"} & set(moderates) else {}
    of_y |= {"mw": d["m"] * d["w"]} if "b" in moderates else {}
    of_y |= {"xw": d["x"] * d["w"]} if "direct" in moderates else {}
    m, y = fitted(d["m"], **of_m), fitted(d["y"], **of_y)
    result = found(d, *moderates)
    for value, (_name, effects) in zip(AT, result.at, strict=True):
        a, b = m["x"] + value * m.get("xw", 0), y["m"] + value * y.get("mw", 0)
        assert effects.indirect.estimate == pytest.approx(a * b, abs=1e-9)
        assert effects.direct.estimate == pytest.approx(y["x"] + value * y.get("xw", 0), abs=1e-9)


def test_where_the_effect_is_a_straight_line_its_slope_is_the_index() -> None:
    d = people()
    result = found(d, "a")
    m = fitted(d["m"], x=d["x"], c=d["c"], w=d["w"], xw=d["x"] * d["w"])
    y = fitted(d["y"], x=d["x"], c=d["c"], m=d["m"])
    assert result.index is not None
    assert result.index.estimate == pytest.approx(m["xw"] * y["m"], abs=1e-9)
    assert result.as_json()["index"]["low"] < m["xw"] * y["m"] < result.as_json()["index"]["high"]
    assert result.as_json()["difference"]["estimate"] == pytest.approx(4 * m["xw"] * y["m"], abs=1e-9)
    assert any("one more of the moderator" in row[0] for row in result.table().rows)
    assert found(d, *STEPS).index is None


def test_a_moderator_among_the_covariates_is_in_both_equations() -> None:
    d = people()
    result = found(d, "b", covariates=("c", "w"))
    a = fitted(d["m"], x=d["x"], c=d["c"], w=d["w"])["x"]
    y = fitted(d["y"], x=d["x"], c=d["c"], m=d["m"], w=d["w"], mw=d["m"] * d["w"])
    assert result.at[1][1].indirect.estimate == pytest.approx(a * (y["m"] + 3 * y["mw"]), abs=1e-9)


@pytest.mark.parametrize("moderates", [("a",), ("b",), ("a", "direct"), STEPS])
def test_a_logit_that_hardly_bends_agrees_with_the_straight_line(moderates: tuple[Step, ...]) -> None:
    """Near one half a logit is a straight line of slope one quarter, so both engines must lay out the same model."""
    d = people(1_500)
    chance = 0.5 + 0.004 * (d["y"] - d["y"].mean())
    drawn = (np.arange(len(chance)) * 0.6180339887 % 1 < chance).astype(float)
    line, curve = (found(d | {"y": drawn}, *moderates, **more) for more in ({}, {"y_family": "logit"}))
    for (_, straight), (_, bent) in zip(line.at, curve.at, strict=True):
        assert bent.indirect.estimate == pytest.approx(straight.indirect.estimate, abs=1e-3)
        assert bent.direct.estimate == pytest.approx(straight.direct.estimate, abs=1e-3)


def test_the_steps_are_options_of_the_command() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = ["f.csv", "--x", "x", "--m", "m", "--y", "y", "--moderator", "w"]
    assert model_of(parser.parse_args(given)).moderates == STEPS
    assert model_of(parser.parse_args([*given, "--moderates", "direct,a"])).moderates == ("a", "direct")
    with pytest.raises(BadInput, match="“c” is no step"):
        model_of(parser.parse_args([*given, "--moderates", "a,c"]))
    with pytest.raises(BadInput, match="one or more of"):
        model_of(parser.parse_args([*given, "--moderates", ""]))
    with pytest.raises(BadInput, match="need a moderator"):
        model_of(parser.parse_args([*given[:-2], "--moderates", "a"]))

"""Published results, reproduced: JOBS II and the framing experiment, as the R package mediation ships them."""

from __future__ import annotations

import pytest

from commonweal.methods.mediation import Frame, Mediation, Model, mediate, read_csv

from .shared import shared

FRAMED = ("age", "educ", "gender", "income")


def jobs() -> Frame:
    return read_csv(shared("mediation/jobs.csv"))


def framing(**more: object) -> Mediation:
    frame = read_csv(shared("mediation/framing.csv"))
    covariates = tuple(name for name in FRAMED if name != more.get("moderator"))
    model = Model("treat", ("emo",), "cong_mesg", covariates, y_family="probit", **more)  # type: ignore[arg-type]
    return mediate(frame, model, replicates=2000)


JOBS = Model("treat", ("job_seek",), "depress2", ("econ_hard", "sex", "age"))


def test_jobs_gives_the_published_effects() -> None:
    result = mediate(jobs(), JOBS, replicates=200)
    effects = result.effects
    assert result.n == 899
    assert effects.indirect.estimate == pytest.approx(-0.01574465, abs=1e-6)
    assert effects.direct.estimate == pytest.approx(-0.0402647, abs=1e-6)
    assert effects.total.estimate == pytest.approx(-0.05600935, abs=1e-6)
    assert effects.proportion.estimate == pytest.approx(0.2811075, abs=1e-6)


@pytest.mark.parametrize(("kind", "low", "high"), [("percentile", -0.0415, 0.0076), ("bca", -0.0418, 0.0074)])
def test_jobs_gives_the_published_intervals(kind: str, low: float, high: float) -> None:
    indirect = mediate(jobs(), JOBS, replicates=50_000, interval=kind).effects.indirect  # type: ignore[arg-type]
    assert indirect.low == pytest.approx(low, abs=0.002)
    assert indirect.high == pytest.approx(high, abs=0.002)


def test_jobs_gives_the_published_sensitivity() -> None:
    result = mediate(jobs(), JOBS, replicates=200)
    assert result.sensitivity.rho_zero == pytest.approx(-0.27347, abs=1e-5)
    assert result.sensitivity.rho_zero_squared == pytest.approx(0.0748, abs=1e-4)


def test_framing_gives_the_closed_form_and_the_reference() -> None:
    effects = framing().effects
    closed = (0.08412, 0.08515, 0.01156, 0.09671)
    found = (effects.acme_control, effects.acme_treated, effects.ade_control, effects.total)
    for estimate, value in zip(found, closed, strict=True):
        assert estimate.estimate == pytest.approx(value, abs=1e-5)
    reference = (
        (0.0861, 0.0361, 0.1432),
        (0.0872, 0.0360, 0.1413),
        (0.0118, -0.0998, 0.1331),
        (0.0990, -0.0292, 0.2347),
    )
    for estimate, (value, low, high) in zip(found, reference, strict=True):
        assert estimate.estimate == pytest.approx(value, abs=0.01)
        assert estimate.low == pytest.approx(low, abs=0.01)
        assert estimate.high == pytest.approx(high, abs=0.01)


def test_framing_moderated_by_age_gives_the_reference() -> None:
    result = framing(moderator="age", at=(20.0, 60.0))
    reference = {"20": (0.0859, 0.0054, 0.2016), "60": (0.0784, 0.0161, 0.1604)}
    assert [name for name, _ in result.at] == ["20", "60"]
    for name, effects in result.at:
        value, low, high = reference[name]
        assert effects.indirect.estimate == pytest.approx(value, abs=0.01)
        assert effects.indirect.low == pytest.approx(low, abs=0.01)
        assert effects.indirect.high == pytest.approx(high, abs=0.01)

"""Three waves: taking part, then what came of it, then how people are; and the verdict that this may carry.

X is measured at one wave, M at the next, Y at the one after; M and Y at the wave of X ("before") and tenure are held
constant:

    M = i + a X + γ₁ M_before + γ₂ Y_before + … + e          Y = i′ + b M + c′ X + γ₃ M_before + γ₄ Y_before + … + e′

The effect by way of M is a·b. A positive verdict needs all of: 100 complete rows; the baselines; the order in time; the
intervals of a, b and a·b beyond zero; no sign that Y or M drives what should come before it (cross-lags, Rogosa 1980);
and each link beyond what a hidden common cause of ordinary size makes (a correlation of 0.3 in what is unexplained;
Imai, Keele and Yamamoto 2010), with a margin of `SURE` standard errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtrit

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Estimate
from .bootstrap import Draws, draw
from .data import Frame
from .linear import inverted
from .model import Model, Prepared, prepare
from .result import FEWEST
from .sensitivity import ORDINARY
from .verdict import ThreeWaves, Verdict, telling

#: Standard errors that a link must lie beyond an ordinary hidden cause: a chance of 1 in 30,000 for one just ordinary.
SURE = 4.0
#: A sign of the reverse direction is looked for at this level, so that it stops few true findings by chance.
REVERSE_LEVEL = 0.99

#: A path counts as seen when a, b and a·b leave zero out at this level: percentile intervals are a little narrow, and a
#: path may be seen in at most 5% of communities where there is none.
SEEN_LEVEL = 0.96

Better = Literal["more", "less"]


@dataclass(frozen=True)
class WaveData:
    """One entry per person in each array; NaN for no answer.

    `x` at the first wave, `m` at the second, `y` at the third; `m_before` and `y_before` at the first; `x_after`, taking
    part at the second wave, lets the reverse direction be looked for. `covariates` (tenure, …) by name. `randomised`: a
    lot decided x. `better`: whether more or less of y is good (less, for loneliness). `when`: the times of x, m and y.
    """

    x: np.ndarray
    m: np.ndarray
    y: np.ndarray
    m_before: np.ndarray | None = None
    y_before: np.ndarray | None = None
    x_after: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    randomised: bool = False
    better: Better = "more"
    when: tuple[float, float, float] = (0, 1, 2)

    @property
    def baselines(self) -> dict[str, np.ndarray]:
        both = {"m before": self.m_before, "y before": self.y_before}
        return {name: values for name, values in both.items() if values is not None}


def three_waves(
    data: WaveData, *, replicates: int = 5000, level: float = 0.95, seed: int = 0, progress: Progress = unheard
) -> ThreeWaves:
    """Estimate a, b, c′ and a·b with bootstrap intervals, look for the traps, and give the verdict.

    Intervals are percentile intervals widened for the degrees of freedom (Hesterberg 2015). Deterministic under `seed`.
    Raises `BadInput` when columns differ in length, are constant or determined by others, or rows are too few to fit.
    """
    if replicates < 100:
        raise BadInput("fewer than 100 replicates say nothing about an interval")
    prepared, x_after = _prepared(data)
    fit = _Fit(prepared, x_after)
    draws = draw(fit.figures, fit.z, replicates, seed, progress=progress)
    names = ("a", "b", "direct", "indirect", "total")
    freedom = prepared.n - 3 - prepared.covariates.shape[1]
    found = {name: _widened(draws, name, level, prepared.n, freedom) for name in names}
    reverse = {name: _widened(draws, name, REVERSE_LEVEL, prepared.n, freedom) for name in fit.reverse}
    rho = {link: _widened(draws, f"rho {link}", level, prepared.n, freedom) for link in ("a", "b")}
    beyond = {link: _beyond_ordinary(draws, f"rho {link}") for link in ("a", "b")}
    wider = [_widened(draws, name, SEEN_LEVEL, prepared.n, freedom) for name in ("a", "b", "indirect")]
    seen = all(effect.excludes_zero for effect in wider)
    verdict, reasons = _verdict(data, prepared.n, found, reverse, beyond, seen)
    return ThreeWaves(
        n=prepared.n,
        dropped=prepared.dropped,
        a=found["a"],
        b=found["b"],
        direct=found["direct"],
        indirect=found["indirect"],
        total=found["total"],
        rho_zero=rho["b"],
        rho_first=rho["a"],
        mediates=seen,
        reverse=reverse,
        withstands=beyond,
        randomised=data.randomised,
        better=data.better,
        verdict=verdict,
        reasons=reasons,
        replicates=replicates,
        level=level,
    )


def _prepared(data: WaveData) -> tuple[Prepared, np.ndarray | None]:
    """The complete rows as columns, by the same checks as any mediation model."""
    clash = set(data.covariates) & {"x", "m", "y", "m before", "y before", "x after"}
    if clash:
        raise BadInput(f"a covariate may not be called “{min(clash)}”")
    columns = {"x": data.x, "m": data.m, "y": data.y, **data.baselines, **data.covariates}
    if data.x_after is not None:
        columns["x after"] = data.x_after
    if len({len(values) for values in columns.values()}) > 1:
        raise BadInput("the waves differ in length; give one entry per person in each, NaN for no answer")
    frame = Frame.of(columns)
    whole, dropped = frame.complete(list(columns))
    model = Model("x", ("m",), "y", tuple(data.covariates), tuple(data.baselines), design="waves")
    prepared = prepare(whole, model)
    return replace(prepared, dropped=dropped), None if data.x_after is None else whole.columns["x after"]


class _Fit:
    """The equations over the columns of `z`, each from one inverse of a block of cross-products.

    With P the inverse of the block of some predictors and a response r, the slope of predictor j is −P_jr / P_rr and the
    partial correlation of the two −P_jr / √(P_jj P_rr).
    """

    def __init__(self, prepared: Prepared, x_after: np.ndarray | None) -> None:
        columns = {"x": prepared.x, "m": prepared.m[:, 0], "y": prepared.y}
        columns |= {name: prepared.covariates[:, j] for j, name in enumerate(prepared.covariate_names)}
        if x_after is not None and float(np.ptp(x_after)) > 0:
            columns["x after"] = x_after
        plain = np.column_stack(list(columns.values()))
        self.scale = np.concatenate([[1.0], plain.std(axis=0)])
        self.z = np.column_stack([np.ones(prepared.n), (plain - plain.mean(axis=0)) / self.scale[1:]])
        self.names = ("1", *columns)
        self.held = ["1", *prepared.covariate_names]
        links = (("y before", "m"), ("y before", "x after"), ("m before", "x after"))
        self.reverse = [f"{one} → {other}" for one, other in links if one in columns and other in columns]

    def figures(self, s: np.ndarray) -> dict[str, np.ndarray]:
        """Paths, partial correlations of the two links, and those of the links against the stream."""
        m, y = self._equation(s, ["x", *self.held], "m"), self._equation(s, ["x", "m", *self.held], "y")
        found = {"a": m["x"], "b": y["m"], "direct": y["x"], "rho a": m["x|r"], "rho b": y["m|r"]}
        found |= {"indirect": m["x"] * y["m"], "total": m["x"] * y["m"] + y["x"]}
        equations = {"m": m}
        if "x after" in self.names:
            equations["x after"] = self._equation(s, ["x", *self.held], "x after")
        for link in self.reverse:
            one, other = link.split(" → ")
            found[link] = equations[other][f"{one}|r"]
        return found

    def _equation(self, s: np.ndarray, terms: list[str], response: str) -> dict[str, np.ndarray]:
        at = [self.names.index(name) for name in (*terms, response)]
        block = s[:, at][:, :, at]
        block[:, -1, -1] *= 1 + 1e-12  # a perfect fit leaves nothing unexplained; the correlation is then 1 or −1
        inverse, lost = inverted(block, range(len(terms) + 1))
        own, joint = inverse[:, -1, -1], -inverse[:, :, -1]
        found: dict[str, np.ndarray] = {}
        for n, term in enumerate(terms):
            slope = joint[:, n] / own * self.scale[at[-1]] / self.scale[at[n]]
            alike = joint[:, n] / np.sqrt(np.maximum(inverse[:, n, n] * own, 1e-300))
            found[term] = np.where(lost, np.nan, slope)
            found[f"{term}|r"] = np.where(lost, np.nan, np.clip(alike, -1, 1))
        return found


def _widened(draws: Draws, name: str, level: float, n: int, freedom: int) -> Estimate:
    """The percentile interval at the tails that a t with these degrees of freedom would take (Hesterberg 2015)."""
    tail = float(ndtr(np.sqrt(n / max(1, freedom)) * stdtrit(max(1, freedom), (1 - level) / 2)))
    low, high = np.quantile(draws.drawn(name), [tail, 1 - tail])
    return Estimate(draws.value(name), float(low), float(high), level)


def _beyond_ordinary(draws: Draws, name: str) -> bool:
    """On Fisher's scale: does the link lie `SURE` standard errors beyond an ordinary hidden cause?"""
    limit = 1 - 1e-9
    spread = float(np.arctanh(np.clip(draws.drawn(name), -limit, limit)).std())
    value = abs(float(np.arctanh(np.clip(draws.value(name), -limit, limit))))
    return value - SURE * spread > float(np.arctanh(ORDINARY))


def _verdict(
    data: WaveData,
    n: int,
    found: dict[str, Estimate],
    reverse: dict[str, Estimate],
    beyond: dict[str, bool],
    seen: bool,
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and why it is not better."""
    if n < FEWEST:
        return "no verdict: n < 100", (f"{n} complete rows are fewer than {FEWEST}",)
    sign = 1 if data.better == "more" else -1
    if found["a"].high is not None and found["a"].high < 0:
        return "not supported", ("displacement: more of X goes with less of M",)
    if not seen or sign * found["indirect"].estimate <= 0:
        harm = seen and sign * found["indirect"].estimate < 0
        return "not supported", (
            "it goes the wrong way" if harm else "an interval of the path holds zero or comes too near to it",
        )
    reasons = _doubts(data, reverse, beyond)
    return ("cannot say" if reasons else "supported"), reasons


def _doubts(data: WaveData, reverse: dict[str, Estimate], beyond: dict[str, bool]) -> tuple[str, ...]:
    """What stands against reading the path as a cause."""
    reasons = []
    if len(data.baselines) < 2:
        reasons.append("M and Y as they were before are not both known")
    if not data.when[0] < data.when[1] < data.when[2]:
        reasons.append("X, M and Y were not measured in this order")
    if not data.randomised and data.x_after is None:
        reasons.append("taking part at the second wave is not known, so the reverse direction cannot be looked for")
    reasons += [f"a sign of the reverse direction: {link}" for link, alike in reverse.items() if telling(alike)]
    if not beyond["a"] and not data.randomised:
        reasons.append("a hidden common cause of ordinary size could make the link from X to M")
    if not beyond["b"]:
        reasons.append("a hidden common cause of ordinary size could make the link from M to Y")
    return tuple(reasons)

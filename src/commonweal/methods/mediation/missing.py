"""Answers that are missing: filled in many times, weighted for, and left out; all three side by side.

- Multiple imputation by chained equations: each incomplete column in turn is drawn from its regression on all others
  with coefficients drawn from their distribution (van Buuren 2018), as the observed value of a near neighbour where the
  column takes few values. Results are put together by Rubin's rules (Rubin 1987; Barnard and Rubin 1999).
- Inverse-probability weights: complete rows count for those like them that dropped out (Seaman and White 2013).
- The complete rows alone.

The first two need that what decides who is missing is in the data. When the three disagree, that is the finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Estimate, Table
from .analysis import mediate
from .bootstrap import Draws
from .data import Frame
from .glm import Design, fit
from .model import Model, compared, prepare

#: Rounds of the chain before a filled-in table is taken.
ROUNDS = 10
#: A column with at most so many values is filled in with observed values of one of so many nearest rows.
FEW_VALUES, DONORS = 12, 5
#: Weights are cut at these quantiles, so that nobody speaks for a crowd.
CUT = (0.01, 0.99)
FIGURES = ("a", "b", "direct", "indirect", "total")


@dataclass(frozen=True)
class Missing:
    """Figures by each way of handling what is missing; `weighted` is None, with a note why, where it cannot be done.

    `lost` is the share of information on the indirect effect that is missing (Rubin's fraction). `share_missing` is per
    column.
    """

    complete: dict[str, Estimate]
    imputed: dict[str, Estimate]
    weighted: dict[str, Estimate] | None
    n: int
    n_complete: int
    share_missing: dict[str, float]
    lost: float
    imputations: int
    note: str = ""

    @property
    def agree(self) -> bool:
        """Whether all ways say the same of the indirect effect: beyond zero on one side, or not."""
        ways = [way["indirect"] for way in (self.complete, self.imputed, self.weighted) if way is not None]
        return len({(e.excludes_zero, e.estimate > 0) if e.excludes_zero else (False, False) for e in ways}) == 1

    @property
    def sentence(self) -> str:
        gone = self.n - self.n_complete
        begin = f"{gone:,} of {self.n:,} rows have something missing. By way of M: complete rows only"
        said = f"{begin} {self.complete['indirect'].in_words()}, filled in {self.imputed['indirect'].in_words()}"
        if self.weighted is not None:
            said += f", weighted {self.weighted['indirect'].in_words()}"
        end = "They say the same." if self.agree else "They do not say the same: what is missing may decide the answer."
        return f"{said}. {end}{' ' + self.note if self.note else ''}".replace(" -", " −")

    def as_json(self) -> dict[str, Any]:
        ways = {"complete": self.complete, "imputed": self.imputed, "weighted": self.weighted}
        found: dict[str, Any] = {
            way: None if figures is None else {name: e.as_json() for name, e in figures.items()}
            for way, figures in ways.items()
        }
        found |= {"n": self.n, "n_complete": self.n_complete, "share_missing": self.share_missing, "lost": self.lost}
        return found | {"agree": self.agree, "note": self.note, "sentence": self.sentence}

    def tables(self) -> list[Table]:
        ways = (("complete rows", self.complete), ("filled in", self.imputed), ("weighted", self.weighted))
        rows = tuple(
            (name, way, figures[name].estimate, figures[name].low, figures[name].high)
            for name in FIGURES
            for way, figures in ways
            if figures is not None
        )
        columns = ("figure", "by", "estimate", "low", "high")
        return [
            Table(f"Three ways with what is missing ({self.imputations} imputations)", columns, rows),
            Table("Missing", ("column", "share"), tuple(self.share_missing.items())),
        ]


def with_missing(
    frame: Frame,
    model: Model,
    *,
    auxiliary: tuple[str, ...] = (),
    imputations: int = 20,
    replicates: int = 500,
    seed: int = 0,
    progress: Progress = unheard,
) -> Missing:
    """Estimate a linear model with one mediator all three ways. `auxiliary` columns help to fill in and to weigh.

    Raises `BadInput` as `mediate` does, and where nothing is known of a column that has to be filled in.
    """
    if not model.linear or len(model.mediators) != 1 or model.cluster or model.moderator:
        raise BadInput("what is missing is filled in for linear models with one mediator, no moderator and no clusters")
    if imputations < 2:
        raise BadInput("two imputations or more are needed to see how much they differ")
    names = tuple(dict.fromkeys((*model.columns, *auxiliary)))
    numbers, gaps = _numbers(frame, names, model)
    kept = frame.complete(model.columns)[0]
    whole = prepare(frame, model)
    model = model if compared(model) else replace(model, contrast=whole.contrast)
    complete = _estimates(mediate(frame, model, replicates=replicates, seed=seed).draws)
    weighted, note = _weighted(frame, model, numbers, gaps, replicates, seed)
    points, variances = [], []
    rng = np.random.default_rng(seed)
    plain = replace(model, covariates=_coded_names(numbers, model), baselines=())
    for n in range(imputations):
        filled = Frame.of(_filled(numbers, gaps, rng))
        draws = mediate(filled, plain, replicates=replicates, seed=seed + n).draws
        assert draws is not None
        points.append([draws.value(_key(draws, name)) for name in FIGURES])
        variances.append([float(draws.drawn(_key(draws, name)).var(ddof=1)) for name in FIGURES])
        progress((n + 1) / imputations)
    freedom = len(frame) - 3 - len(plain.covariates)
    pooled = [
        rubin(np.array(p), np.array(v), freedom)
        for p, v in zip(zip(*points, strict=True), zip(*variances, strict=True), strict=True)
    ]
    return Missing(
        complete=complete,
        imputed=dict(zip(FIGURES, (estimate for estimate, _lost in pooled), strict=True)),
        weighted=weighted,
        n=len(frame),
        n_complete=len(kept),
        share_missing={name: float(frame.missing(name).mean()) for name in names},
        lost=pooled[FIGURES.index("indirect")][1],
        imputations=imputations,
        note=note,
    )


def rubin(points: np.ndarray, variances: np.ndarray, freedom: float, level: float = 0.95) -> tuple[Estimate, float]:
    """Rubin's rules: the mean, with an interval from within- and between-imputation variance; the share of lost
    information. `freedom` is what complete data would leave (Barnard and Rubin 1999)."""
    m = len(points)
    middle, within, between = float(points.mean()), float(variances.mean()), float(points.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    if total <= 0:
        return Estimate(middle, middle, middle, level), 0.0
    lost = extra / total
    of_complete = (freedom + 1) / (freedom + 3) * freedom * (1 - lost)
    of_imputing = (m - 1) / max(lost, 1e-12) ** 2
    degrees = 1 / (1 / of_imputing + 1 / max(of_complete, 1e-9))
    half = -float(stdtrit(degrees, (1 - level) / 2)) * total**0.5
    return Estimate(middle, middle - half, middle + half, level), lost


def _key(draws: Draws, name: str) -> str:
    return name if name in draws else next(key for key in draws.names if key.startswith(f"{name}|"))


def _estimates(draws: Draws | None) -> dict[str, Estimate]:
    assert draws is not None
    return {name: draws.estimate(_key(draws, name)) for name in FIGURES}


def _numbers(frame: Frame, names: tuple[str, ...], model: Model) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Columns as numbers (words coded by level), with 0 where a value is missing; and where it is missing."""
    numbers, gaps = {}, {}
    roles = (model.x, *model.mediators, model.y)
    for name in names:
        empty = frame.missing(name)
        if empty.all():
            raise BadInput("holds no value at all", file=frame.file, column=name)
        levels = frame.levels(name)
        if len(levels) > 2 and empty.any():
            raise BadInput("holds more than two kinds and gaps; it cannot be filled in", file=frame.file, column=name)
        known = Frame({name: frame.column(name)[~empty]}, frame.file)
        coded = {name: known.number(name)} if name in roles or len(levels) == 2 else known.coded(name)
        for part, values in coded.items():
            numbers[part] = np.zeros(len(frame))
            numbers[part][~empty] = values
            gaps[part] = empty
    return numbers, gaps


def _coded_names(numbers: Mapping[str, np.ndarray], model: Model) -> tuple[str, ...]:
    """The names, after coding, of the columns held constant."""
    return tuple(name for name in numbers if name.split("=")[0] in model.adjusted or name in model.adjusted)


def _filled(
    numbers: Mapping[str, np.ndarray], gaps: Mapping[str, np.ndarray], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """One filled-in table, from the end of a chain."""
    values = {name: column.copy() for name, column in numbers.items()}
    open_ = [name for name in sorted(gaps, key=lambda n: int(gaps[n].sum())) if gaps[name].any()]
    for name in open_:
        known = numbers[name][~gaps[name]]
        values[name][gaps[name]] = rng.choice(known, int(gaps[name].sum()))
    for _ in range(ROUNDS if len(open_) > 1 else 1):
        for name in open_:
            others = np.column_stack([np.ones(len(values[name])), *(v for k, v in values.items() if k != name)])
            values[name][gaps[name]] = _drawn(others, numbers[name], gaps[name], rng)
    return values


def _drawn(others: np.ndarray, column: np.ndarray, empty: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Values for the gaps of one column, from a regression whose coefficients are drawn too."""
    z, y = others[~empty], column[~empty]
    inverse = np.linalg.pinv(z.T @ z, hermitian=True)
    found = inverse @ (z.T @ y)
    left = y - z @ found
    freedom = max(1, len(y) - z.shape[1])
    sigma = np.sqrt(left @ left / rng.chisquare(freedom))
    root = np.linalg.eigh(inverse)
    spread = root[1] * np.sqrt(np.maximum(root[0], 0.0))
    drawn = found + sigma * (spread @ rng.standard_normal(len(found)))
    expected = others[empty] @ drawn
    if len(np.unique(y)) > FEW_VALUES:
        return np.asarray(expected + sigma * rng.standard_normal(len(expected)))
    order = np.argsort(z @ found, kind="stable")
    near = np.searchsorted((z @ found)[order], expected)
    first = np.clip(near - DONORS // 2, 0, max(0, len(y) - DONORS))
    donors = first + rng.integers(0, min(DONORS, len(y)), len(first))
    return np.asarray(y[order][donors])


def _weighted(
    frame: Frame,
    model: Model,
    numbers: Mapping[str, np.ndarray],
    gaps: Mapping[str, np.ndarray],
    replicates: int,
    seed: int,
) -> tuple[dict[str, Estimate] | None, str]:
    """The complete rows, each weighted by 1 over its chance to be complete; or why that cannot be done."""
    complete = ~np.any([frame.missing(name) for name in model.columns], axis=0)
    if complete.all():
        return None, "Nothing is missing, so there is nothing to weigh."
    whole = [numbers[name] for name, empty in gaps.items() if not empty.any()]
    if not whole:
        return None, "No column is complete, so there is nothing to weigh by."
    design = Design(np.column_stack([np.ones(len(frame)), *whole]), complete.astype(float), "logit", "complete")
    try:
        coefficients = fit(design).coefficients
    except (BadInput, np.linalg.LinAlgError):
        return None, "Who dropped out is told perfectly by the other columns, so no weights can stand in for them."
    chance = 1 / (1 + np.exp(-np.clip(design.columns @ coefficients, -30, 30)))
    weights = 1 / chance[complete]
    every = np.zeros(len(frame))
    every[complete] = np.clip(weights, *np.quantile(weights, CUT))
    return _estimates(mediate(frame, model, replicates=replicates, seed=seed, weights=every).draws), ""

"""What is asked of the data: who is cause, path and effect, and how the data came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import BadInput
from .data import Frame

Family = Literal["gaussian", "logit", "probit"]
#: The steps that a moderator may act on: X → M, one mediator → the next, M → Y, X → Y otherwise.
Step = Literal["a", "d", "b", "direct"]
STEPS: tuple[Step, ...] = ("a", "d", "b", "direct")
#: How the data came about. "waves": X, then M, then Y, with the earlier M and Y among `baselines`. "randomised": chance
#: decided X. Anything else was seen at one time and supports no causal sentence.
Design = Literal["cross-sectional", "waves", "randomised"]


@dataclass(frozen=True)
class Model:
    """A mediation model: X leads to Y by way of one or more mediators M.

    `mediators` side by side, or one after the other when `serial`. `interaction` lets the effect of M on Y differ with
    X; `moderator` lets the steps in `moderates` (default: all) differ with a further column, reported at the values
    `at`; it is in an equation where it moderates something there, and in both when it is among the covariates too.
    `contrast` is the change of X that effects are about (default: one unit), or two words where X is words. `cluster`
    names the column of circles or chapters to resample whole. `baselines` are covariates that hold M and Y as they
    were before X (they need not be repeated in `covariates`).
    """

    x: str
    mediators: tuple[str, ...]
    y: str
    covariates: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    serial: bool = False
    interaction: bool = False
    moderator: str | None = None
    at: tuple[float | str, ...] = ()
    moderates: tuple[Step, ...] = STEPS
    m_family: Family = "gaussian"
    y_family: Family = "gaussian"
    cluster: str | None = None
    contrast: tuple[float, float] | tuple[str, str] | None = None
    design: Design = "cross-sectional"

    def __post_init__(self) -> None:
        roles = [self.x, *self.mediators, self.y]
        if not self.mediators:
            raise BadInput("name at least one mediator")
        if len(set(roles)) < len(roles):
            raise BadInput(f"a column has two roles among {', '.join(roles)}; cause, mediators and outcome must differ")
        for name in (*self.covariates, *self.baselines, self.moderator, self.cluster):
            if name in roles:
                raise BadInput(f"“{name}” is cause, mediator or outcome already; it cannot be a covariate too")
        if not self.linear and len(self.mediators) > 1:
            raise BadInput("logit and probit take one mediator at a time; run one analysis for each")
        if self.at and not self.moderator:
            raise BadInput("values to report at need a moderator")
        if not self.moderates or set(self.moderates) - set(STEPS):
            raise BadInput(f"what the moderator acts on is one or more of {', '.join(STEPS)}")
        if self.moderates != STEPS and not self.moderator:
            raise BadInput("steps to moderate need a moderator")
        if self.contrast and self.contrast[0] == self.contrast[1]:
            raise BadInput("the two values of the contrast are the same")

    @property
    def linear(self) -> bool:
        """Whether M and Y are both continuous, so that products of coefficients are the effects."""
        return self.m_family == self.y_family == "gaussian"

    def moderated(self, *steps: Step) -> tuple[Step, ...]:
        """Those of the steps that the moderator acts on."""
        return tuple(step for step in steps if self.moderator and step in self.moderates)

    def holds_moderator(self, *steps: Step) -> bool:
        """Whether the equation with these steps has the moderator in it."""
        return bool(self.moderated(*steps)) or self.moderator in (*self.covariates, *self.baselines)

    @property
    def adjusted(self) -> tuple[str, ...]:
        """The columns held constant: covariates and baselines, each once, without the moderator."""
        named = dict.fromkeys((*self.covariates, *self.baselines))
        return tuple(name for name in named if name not in {self.moderator, self.cluster})

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the model reads."""
        more = (self.moderator, self.cluster)
        return (self.x, *self.mediators, self.y, *self.adjusted, *(name for name in more if name))


@dataclass(frozen=True)
class Prepared:
    """A model's columns as numbers, complete rows only.

    `m` is n × mediators; `covariates` n × q with `covariate_names`; `groups` numbers the clusters from 0; `left_out`
    names covariates that say nothing new; `coding` says what 0 and 1 mean where words were coded.
    """

    x: np.ndarray
    m: np.ndarray
    y: np.ndarray
    covariates: np.ndarray
    covariate_names: tuple[str, ...]
    w: np.ndarray | None
    groups: np.ndarray | None
    contrast: tuple[float, float]
    at: tuple[float, ...]
    at_names: tuple[str, ...]
    dropped: int
    left_out: tuple[str, ...]
    coding: dict[str, tuple[str, ...]]

    @property
    def n(self) -> int:
        return len(self.x)


def prepare(frame: Frame, model: Model) -> Prepared:
    """Complete rows, coded columns and the checks that make the answer unique.

    Raises BadInput when a column is absent or constant, when X or a mediator is determined by the other columns, or
    when there are fewer complete rows than coefficients.
    """
    complete, dropped = frame.complete(model.columns)
    if not len(complete):
        raise BadInput(f"no row has a value in all of {', '.join(model.columns)}", file=frame.file)
    x, contrast, others = _cause(complete, model)
    y = complete.number(model.y)
    m = np.column_stack([complete.number(name) for name in model.mediators])
    w = complete.number(model.moderator) if model.moderator else None
    coded = dict(others)
    for name in model.adjusted:
        coded |= complete.coded(name)
    names, covariates, left_out = _independent(coded, [w] if w is not None else [], len(x))
    _check_identified(x, m, covariates, w, model, frame.file)
    at, at_names = _at(complete, model, w)
    groups = None
    if model.cluster:
        groups = np.unique(complete.column(model.cluster), return_inverse=True)[1]
        if groups.max() < 1:
            raise BadInput("names one cluster only; intervals need at least two", file=frame.file, column=model.cluster)
    words = {name: tuple(complete.levels(name)) for name in model.columns if complete.levels(name)}
    words |= {model.x: compared(model)} if others else {}
    return Prepared(x, m, y, covariates, names, w, groups, contrast, at, at_names, dropped, left_out, words)


def compared(model: Model) -> tuple[str, ...]:
    """The two words of X that are compared; none where X is numbers."""
    return tuple(end for end in model.contrast or () if isinstance(end, str))


def _cause(frame: Frame, model: Model) -> tuple[np.ndarray, tuple[float, float], dict[str, np.ndarray]]:
    """X as numbers, its change, and a column for each of its words that is not compared (X of several arms)."""
    levels, ends = frame.levels(model.x), compared(model)
    if wrong := [end for end in ends if end not in levels]:
        known = f"{', '.join(levels[:6])}" if levels else "numbers"
        raise BadInput(f"“{wrong[0]}” is no value to compare; it holds {known}", column=model.x)
    if len(levels) > 2 and not ends:
        raise BadInput(
            f"holds {len(levels)} different words ({', '.join(levels[:4])}, …); choose two to compare, for example"
            f" --contrast {levels[0]},{levels[1]}",
            column=model.x,
        )
    if not ends:
        x = frame.number(model.x)
        low, high = model.contrast or one_unit(x)
        return x, (float(low), float(high)), {}
    if len(levels) == 2:
        return frame.number(model.x), (float(levels.index(ends[0])), float(levels.index(ends[1]))), {}
    values = frame.column(model.x)
    others = {f"{model.x}={level}": (values == level).astype(float) for level in levels if level not in ends}
    return (values == ends[1]).astype(float), (0.0, 1.0), others


def one_unit(x: np.ndarray) -> tuple[float, float]:
    """The change of X that effects are about: 0 to 1 where the data hold both, else one unit from the low or the mean."""
    low, high = float(x.min()), float(x.max())
    if low <= 0 and high >= 1:
        return 0.0, 1.0
    if len(np.unique(x[:1000])) <= 2:
        return low, low + 1.0
    return float(x.mean()) - 0.5, float(x.mean()) + 0.5


def standardised(columns: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and SD 1; constant ones become 0."""
    centred = columns - columns.mean(axis=0)
    spread = centred.std(axis=0)
    tiny = spread <= 1e-12 * np.maximum(1e-300, np.abs(columns).max(axis=0, initial=0.0))
    return np.where(tiny, 0.0, centred / np.where(tiny, 1.0, spread))


def _independent(
    coded: dict[str, np.ndarray], before: Sequence[np.ndarray], n: int
) -> tuple[tuple[str, ...], np.ndarray, tuple[str, ...]]:
    """The covariates that say something that those before them do not, one Gram-Schmidt step each."""
    basis: list[np.ndarray] = []
    kept: list[str] = []
    left_out: list[str] = []
    for name, column in [*(("", c) for c in before), *coded.items()]:
        rest = residual(standardised(column[:, None])[:, 0], basis)
        size = float(np.sqrt(rest @ rest))
        if size < 1e-7 * np.sqrt(n):
            left_out += [name] if name else []
            continue
        basis.append(rest / size)
        kept += [name] if name else []
    matrix = np.column_stack([coded[name] for name in kept]) if kept else np.empty((n, 0))
    return tuple(kept), matrix, tuple(left_out)


def residual(column: np.ndarray, basis: Sequence[np.ndarray]) -> np.ndarray:
    """What is left of a column after an orthonormal basis; twice, for the last digits."""
    for _ in range(2):
        for unit in basis:
            column = column - unit * (unit @ column)
    return column


def _check_identified(
    x: np.ndarray, m: np.ndarray, covariates: np.ndarray, w: np.ndarray | None, model: Model, file: str
) -> None:
    held = covariates if w is None else np.column_stack([w, covariates])
    coefficients = 2 + held.shape[1] + m.shape[1] * (2 if model.interaction else 1) + (1 if w is not None else 0)
    if len(x) < coefficients + 2:
        raise BadInput(f"{len(x)} complete rows are too few for a model with {coefficients} coefficients", file=file)
    basis: list[np.ndarray] = []
    columns = [*held.T, x, *m.T]
    names = [*[""] * held.shape[1], model.x, *model.mediators]
    for name, column in zip(names, columns, strict=True):
        rest = residual(standardised(column[:, None])[:, 0], basis)
        size = float(np.sqrt(rest @ rest))
        if size < 1e-7 * np.sqrt(len(x)):
            if name:
                raise BadInput(
                    "is determined by the other columns of the model, so its effect cannot be told apart from theirs",
                    file=file,
                    column=name,
                )
            continue
        basis.append(rest / size)


def _at(frame: Frame, model: Model, w: np.ndarray | None) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """The values of the moderator to report: those asked for, else both kinds, else the mean and one SD either side."""
    if w is None or not model.moderator:
        return (), ()
    levels = frame.levels(model.moderator)
    if model.at:
        values = tuple(_place(value, levels, model.moderator) for value in model.at)
    elif len(np.unique(w)) == 2:
        values = (float(w.min()), float(w.max()))
    else:
        mean, spread = float(w.mean()), float(w.std(ddof=1))
        values = (mean - spread, mean, mean + spread)
    names = tuple(levels[int(v)] if levels and v in (0.0, 1.0) else f"{v:.6g}" for v in values)
    return values, names


def _place(value: float | str, levels: Sequence[str], moderator: str) -> float:
    """A value of the moderator as a number; a word stands for its code."""
    if isinstance(value, str) and value in levels:
        return float(levels.index(value))
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        known = f"; it holds {' and '.join(levels)}" if levels else ""
        raise BadInput(f"“{value}” is not a value of {moderator}{known}")
    return number

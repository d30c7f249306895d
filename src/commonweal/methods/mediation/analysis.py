"""One call from a table to an answer: prepare the columns, estimate, resample, and put the result together."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from . import nested, nonlinear, sensitivity, words
from .bootstrap import Draws, Kind
from .data import Frame
from .linear import draws_of
from .model import Model, Prepared, prepare
from .nested import Asked
from .result import Effects, Mediation

Resampling = Literal["bootstrap", "quasi-bayes"]


def mediate(
    frame: Frame,
    model: Model,
    *,
    replicates: int = 5000,
    interval: Kind = "percentile",
    level: float = 0.95,
    seed: int = 0,
    resampling: Resampling = "bootstrap",
    weights: np.ndarray | None = None,
    progress: Progress = unheard,
) -> Mediation:
    """Estimate a mediation model with intervals, and how strong a hidden cause would undo it.

    `weights`, one per row of `frame`, weigh the rows (inverse-probability weighting; linear models only). `resampling`
    "quasi-bayes" draws coefficients of a logit or probit model from their normal distribution, faster for many rows.
    Deterministic under `seed`. Raises BadInput when a column, a row count or a family cannot give an honest answer.
    """
    if replicates < 100:
        raise BadInput("fewer than 100 replicates say nothing about an interval")
    if not 0.5 <= level < 1:
        raise BadInput("the level of an interval lies between 0.5 and 1, for example 0.95")
    if weights is not None and not model.linear:
        raise BadInput("weights are for linear models")
    asked = Asked(replicates, interval, level, seed, resampling == "bootstrap", progress)
    try:
        prepared = prepare(frame, model)
        if model.linear:
            return linear_answer(prepared, model, asked, complete_weights(frame, model, weights))
        return curved_answer(prepared, model, asked)
    except BadInput as wrong:
        raise BadInput(wrong.message, file=wrong.file or frame.file, row=wrong.row, column=wrong.column) from None


def linear_answer(prepared: Prepared, model: Model, asked: Asked, weights: np.ndarray | None) -> Mediation:
    """Products of least-squares coefficients; within or between clusters where there are any."""
    if not asked.bootstrap:
        raise BadInput("quasi-Bayesian intervals are for logit and probit; linear models are resampled")
    seen, note = nested.apart(prepared, model) if model.cluster else (prepared, "")
    one = len(model.mediators) == 1 and weights is None
    vary, more = one and note == nested.WITHIN, one and note in (nested.WITHIN, nested.BETWEEN)
    ends = (0.1, 0.5) if vary else (0.2, 0.2) if more else (1.0, 1.0)  # of the three parts of the work
    draws = draws_of(
        seen,
        model,
        replicates=asked.replicates,
        seed=asked.seed,
        accelerate=asked.interval == "bca",
        weights=weights,
        progress=part(asked.progress, 0.0, ends[0]),
    )
    change = prepared.contrast[1] - prepared.contrast[0]
    found = sensitivity.of_linear(draws, model, change, asked.interval, asked.level)
    method = ("cluster bootstrap" if model.cluster else "bootstrap") + f", {asked.interval}"
    answer = collected(seen, model, draws, found, method, asked.interval, asked.level)
    if note == nested.WITHIN and not vary:
        note = f"{note} {nested.ALIKE}"
    answer = replace(answer, diagnostics=(*answer.diagnostics, *([note] if note else [])))
    if vary:
        slopes = nested.varying(prepared, asked, part(asked.progress, *ends))
        answer = nested.with_slopes(answer, slopes, change)
    if more:
        beside = nested.beside(prepared, model, asked, part(asked.progress, ends[1], 1.0))
        answer = replace(answer, beside=answer.beside | beside)
    return answer


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a piece of the work that lies between these shares of the whole."""
    return lambda share: progress(start + (end - start) * share)


def curved_answer(prepared: Prepared, model: Model, asked: Asked) -> Mediation:
    """Average effects where the mediator or the outcome is of two kinds."""
    if not asked.bootstrap and (asked.interval == "bca" or model.cluster):
        raise BadInput("BCa intervals and clusters need the bootstrap")
    draws, found = nonlinear.answer(
        prepared,
        model,
        replicates=asked.replicates,
        interval=asked.interval,
        level=asked.level,
        seed=asked.seed,
        bootstrap=asked.bootstrap,
        progress=asked.progress,
    )
    how = "cluster bootstrap" if model.cluster else "bootstrap" if asked.bootstrap else "quasi-Bayesian"
    answer = collected(prepared, model, draws, found, f"{how}, {asked.interval}", asked.interval, asked.level)
    if not model.cluster:
        return answer
    return replace(answer, diagnostics=(*answer.diagnostics, nested.RAW))


def complete_weights(frame: Frame, model: Model, weights: np.ndarray | None) -> np.ndarray | None:
    """The weights of the complete rows, with mean 1."""
    if weights is None:
        return None
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (len(frame),) or not np.isfinite(weights).all() or (weights < 0).any():
        raise BadInput("weights must be one number of zero or more for each row")
    keep = ~np.any([frame.missing(name) for name in model.columns], axis=0)
    kept = weights[keep]
    if not kept.sum() > 0:
        raise BadInput("the weights of the complete rows are all zero")
    return np.asarray(kept / kept.mean())


def collected(
    prepared: Prepared,
    model: Model,
    draws: Draws,
    found: sensitivity.Sensitivity,
    method: str,
    interval: Kind,
    level: float,
) -> Mediation:
    """The result object from the draws of either engine."""
    at = tuple((name, Effects.of(draws, model, f"at{n}|", interval, level)) for n, name in enumerate(prepared.at_names))
    difference = index = None
    if len(at) > 1:
        last, first = f"at{len(at) - 1}|indirect", "at0|indirect"
        gap = Draws(
            ("gap",),
            np.array([draws.value(last) - draws.value(first)]),
            (draws.drawn(last) - draws.drawn(first))[:, None],
        )
        difference = gap.estimate("gap", "percentile", level)
        if model.linear and len(model.moderated("a", "d", "b")) == 1:  # else the effect is no straight line in W
            index = nested.scaled(difference, 1 / (prepared.at[-1] - prepared.at[0]))
    clusters = None if prepared.groups is None else int(prepared.groups.max()) + 1
    effects = Effects.of(draws, model, "", interval, level)
    return Mediation(
        model=model,
        n=prepared.n,
        dropped=prepared.dropped,
        effects=effects,
        at=at,
        difference=difference,
        index=index,
        sensitivity=found,
        method=method,
        interval=interval,
        level=level,
        replicates=len(draws.draws) + draws.lost,
        lost=draws.lost,
        contrast=prepared.contrast,
        coding=prepared.coding,
        assumptions=words.assumptions(model),
        diagnostics=diagnostics(prepared, model, draws, effects, found, clusters),
        two_kinds=bool(np.isin(prepared.x, (0.0, 1.0)).all()),
        clusters=clusters,
        draws=draws,
    )


def diagnostics(
    prepared: Prepared,
    model: Model,
    draws: Draws,
    effects: Effects,
    found: sensitivity.Sensitivity,
    clusters: int | None,
) -> tuple[str, ...]:
    """What a careful reader would want to be warned of."""
    notes = []
    if prepared.dropped:
        share = prepared.dropped / (prepared.n + prepared.dropped)
        notes.append(f"{prepared.dropped:,} rows ({share:.0%}) had a value missing and were left out.")
    if prepared.left_out:
        notes.append(f"Covariates left out, being determined by the others: {', '.join(prepared.left_out)}.")
    if draws.lost:
        notes.append(f"{draws.lost:,} resamples could not be fitted and were left out.")
    if not effects.total.excludes_zero:
        notes.append("The total may be zero, so the share by way of M is not to be relied on.")
    elif not 0 <= effects.proportion.estimate <= 1:
        notes.append("Direct and indirect effects have opposite signs; the share by way of M is not a share.")
    if clusters is not None and clusters < 20:
        notes.append(f"Only {clusters} clusters: intervals from fewer than 20 are too narrow.")
    if found.note:
        notes.append(found.note)
    if model.interaction and model.linear:
        notes.append("ρ̃ and its curve are those of the model without the interaction of X and M.")
    return tuple(notes)

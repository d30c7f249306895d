"""One call from a table to an answer: prepare the columns, estimate, resample, and put the result together."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from . import nonlinear, sensitivity, words
from .bootstrap import Draws, Kind
from .data import Frame
from .linear import draws_of
from .model import Model, Prepared, prepare
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
    prepared = prepare(frame, model)
    accelerate = interval == "bca"
    if model.linear:
        if resampling == "quasi-bayes":
            raise BadInput("quasi-Bayesian intervals are for logit and probit; linear models are resampled")
        rows = complete_weights(frame, model, weights)
        draws = draws_of(
            prepared, model, replicates=replicates, seed=seed, accelerate=accelerate, weights=rows, progress=progress
        )
        change = prepared.contrast[1] - prepared.contrast[0]
        found = sensitivity.of_linear(draws, model, change, interval, level)
        method = ("cluster bootstrap" if model.cluster else "bootstrap") + f", {interval}"
        return collected(prepared, model, draws, found, method, interval, level)
    if weights is not None:
        raise BadInput("weights are for linear models")
    bootstrap = resampling == "bootstrap"
    if not bootstrap and (accelerate or model.cluster):
        raise BadInput("BCa intervals and clusters need the bootstrap")
    draws, found = nonlinear.answer(
        prepared,
        model,
        replicates=replicates,
        interval=interval,
        level=level,
        seed=seed,
        bootstrap=bootstrap,
        progress=progress,
    )
    how = "cluster bootstrap" if model.cluster else "bootstrap" if bootstrap else "quasi-Bayesian"
    return collected(prepared, model, draws, found, f"{how}, {interval}", interval, level)


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
    difference = None
    if len(at) > 1:
        last, first = f"at{len(at) - 1}|indirect", "at0|indirect"
        gap = Draws(
            ("gap",),
            np.array([draws.value(last) - draws.value(first)]),
            (draws.drawn(last) - draws.drawn(first))[:, None],
        )
        difference = gap.estimate("gap", "percentile", level)
    clusters = None if prepared.groups is None else int(prepared.groups.max()) + 1
    effects = Effects.of(draws, model, "", interval, level)
    return Mediation(
        model=model,
        n=prepared.n,
        dropped=prepared.dropped,
        effects=effects,
        at=at,
        difference=difference,
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

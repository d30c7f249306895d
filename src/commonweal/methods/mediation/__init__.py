"""Does X lead to Y by way of M, and how sure can we be? Estimates, intervals, and what a hidden cause would undo.

frame = read_csv("people.csv")  # or Frame.of({"x": …, "m": …, "y": …})
result = mediate(frame, Model("x", ("m",), "y", covariates=("age",)))
result.sentence, result.effects.indirect, result.as_json(), result.picture()
"""

from __future__ import annotations

from .analysis import mediate
from .data import Frame, read_csv
from .model import Model
from .result import Effects, Mediation

__all__ = ["Effects", "Frame", "Mediation", "Model", "mediate", "read_csv"]

"""The path diagram, the coefficients with their intervals, and the sensitivity curve, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .result import Mediation


def path_diagram(result: Mediation) -> str:
    raise NotImplementedError


def coefficients(result: Mediation) -> str:
    raise NotImplementedError


def sensitivity_curve(result: Mediation) -> str:
    raise NotImplementedError


def all_three(result: Mediation) -> str:
    raise NotImplementedError

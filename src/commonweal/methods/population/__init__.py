"""Simulated people and communities whose truth is known: one world for tests, benchmarks, the demonstration, research."""

from __future__ import annotations

from .ratings import RatingsWorld, ratings_world

__all__ = ["RatingsWorld", "ratings_world"]

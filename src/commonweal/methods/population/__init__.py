"""Simulated people and communities whose truth is known: one world for tests, benchmarks, the demonstration, research."""

from __future__ import annotations

from .action import Campaign, cascade
from .answers import Waves
from .people import People
from .ratings import RatingsWorld, ratings_world
from .society import Society, society
from .worlds import SIZES, WORLDS, World, world_named

__all__ = [
    "SIZES",
    "WORLDS",
    "Campaign",
    "People",
    "RatingsWorld",
    "Society",
    "Waves",
    "World",
    "cascade",
    "ratings_world",
    "society",
    "world_named",
]

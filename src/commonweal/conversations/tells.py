"""Who is told of what happens in conversations. Called by the worker with a step."""

from __future__ import annotations

from collections.abc import Iterable

from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling


def of_topic(step: Step) -> Iterable[Telling]:
    return []


def of_post(step: Step) -> Iterable[Telling]:
    return []


def of_asking(step: Step) -> Iterable[Telling]:
    return []


def of_agreeing(step: Step) -> Iterable[Telling]:
    return []


def of_message(step: Step) -> Iterable[Telling]:
    return []

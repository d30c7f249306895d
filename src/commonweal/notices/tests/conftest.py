"""A verb that tells whomever a test wants, through the real trail and outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.utils.translation import gettext_lazy as _
from tests.cast import Cast

from commonweal.communities.models import Membership
from commonweal.trail import outbox
from commonweal.trail.actions import record
from commonweal.trail.models import Step
from commonweal.trail.verbs import KINDS, VERBS, Telling, kind, verb

Happen = Callable[..., Step]


@pytest.fixture
def happen(cast: Cast) -> Iterator[Happen]:
    """happen(bo, ines, urgent=True): Ada does something that tells these members; the outbox is drained."""
    told: list[Membership] = []

    def tells(step: Step) -> list[Telling]:
        text = _("%(name)s answered in %(title)s.")
        params = {"name": "Ada", "title": "The night bus"}
        return [Telling(m.person_id, text, "/c/riverside/", params, m.community_id) for m in told]

    kind("test.calm", _("Calm things"))
    kind("test.urgent", _("Urgent things"), urgent=True)
    verb("test.calm", _("did something calm"), kind="test.calm", tells=tells)
    verb("test.urgent", _("did something urgent"), kind="test.urgent", tells=tells)

    def act(*members: Membership, urgent: bool = False) -> Step:
        told[:] = members
        name = "test.urgent" if urgent else "test.calm"
        step = record(name, subject=cast.community, actor=cast.ada.pk, community=cast.community.pk)
        outbox.drain()
        return step

    yield act
    for registry in (KINDS, VERBS):
        for name in ("test.calm", "test.urgent"):
            registry._items.pop(name, None)

"""Who may be told of a step: fellow members, never the one who did it, never somebody kept apart from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Membership, State


def tell(step: Step, memberships: Iterable[int], text: Any, url: str, **params: object) -> Iterator[Telling]:
    """One Telling for each of these memberships that is active, not the actor, and not kept apart from the actor.

    Members who left or were removed hear nothing. Two queries, three when the step has an actor.
    """
    wanted = {pk for pk in memberships if pk != step.actor}
    if not wanted:
        return
    actor = Membership.objects.filter(pk=step.actor).first() if step.actor else None
    apart = kept_apart(actor.person_id) if actor is not None and actor.person_id else set()
    people = Membership.objects.filter(pk__in=wanted, state=State.ACTIVE, person__isnull=False)
    for person_id in people.order_by("pk").values_list("person_id", flat=True):
        if person_id is not None and person_id not in apart:
            yield Telling(
                person_id=person_id,
                text=text,
                url=url,
                params={name: str(value) for name, value in params.items()},
                community_id=step.community,
            )

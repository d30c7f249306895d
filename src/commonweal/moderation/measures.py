"""What each measure does to the world, and how it is taken back."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from commonweal.communities.actions import readmit_member, remove_member
from commonweal.communities.models import Membership, Role, State
from commonweal.communities.registries import REPORTABLES
from commonweal.conversations.actions import close_topic, reopen_topic
from commonweal.conversations.models import Topic
from commonweal.kit.errors import Refused

from . import first_messages
from .models import Case, Measure


def thing_of(case: Case, steward: Membership) -> Any | None:
    """The reported thing as a steward may see it, or None when it is gone."""
    reportable = REPORTABLES.get(case.kind)
    try:
        return reportable.get(steward, case.thing_id) if reportable else None
    except Http404:
        return None


def topic_of(thing: Any) -> Topic | None:
    """The topic that a thing is or stands in, if any."""
    topic = thing if isinstance(thing, Topic) else getattr(thing, "topic", None)
    return topic if isinstance(topic, Topic) else None


def offered(case: Case, steward: Membership) -> list[str]:
    """The measures that make sense for this case and that this steward may take."""
    thing = thing_of(case, steward)
    reportable = REPORTABLES.get(case.kind)
    if thing is None and case.is_held:
        return [str(Measure.KEEP)]  # its author took it back meanwhile
    measures = [Measure.KEEP]
    if case.author_id is not None:
        measures.append(Measure.WARN)
    if thing is not None and reportable is not None and reportable.withhold is not None:
        measures.append(Measure.WITHHOLD)
    topic = topic_of(thing)
    if topic is not None and topic.closed_at is None and not case.is_held:
        measures.append(Measure.CLOSE_TOPIC)
    author = case.author
    if author is not None and author.state == State.ACTIVE and _may_remove(steward, author):
        measures.append(Measure.REMOVE_MEMBER)
    return [str(measure) for measure in measures]


def _may_remove(steward: Membership, author: Membership) -> bool:
    if author.role == Role.FOUNDER or author.pk == steward.pk:
        return False
    return author.role != Role.STEWARD or steward.role == Role.FOUNDER


def apply(case: Case, measure: str, steward: Membership, explanation: str) -> None:
    """Do it. Raises Refused when the thing is gone meanwhile."""
    if case.is_held and measure in (Measure.KEEP, Measure.WARN):
        first_messages.let_through(case, thing_of(case, steward), steward)
        return
    if measure == Measure.REMOVE_MEMBER and case.author is not None:
        remove_member(membership=steward, member=case.author, reason=explanation)
        return
    if measure not in (Measure.WITHHOLD, Measure.CLOSE_TOPIC):
        return
    thing = thing_of(case, steward)
    if thing is None:
        raise Refused(_("It is not there any more. Choose another measure."), field="measure")
    withhold = REPORTABLES[case.kind].withhold
    topic = topic_of(thing)
    if measure == Measure.WITHHOLD and withhold is not None:
        withhold(thing, steward)
    elif measure == Measure.CLOSE_TOPIC and topic is not None:
        close_topic(membership=steward, topic=topic)


def take_back(case: Case, measure: str, steward: Membership) -> None:
    """Undo it, as far as the thing still exists. A removed member may join again at once."""
    if measure == Measure.REMOVE_MEMBER and case.author is not None:
        if case.author.state == State.REMOVED:
            readmit_member(membership=steward, member=case.author)
        return
    thing = thing_of(case, steward) if measure in (Measure.WITHHOLD, Measure.CLOSE_TOPIC) else None
    if thing is None:
        return
    restore = REPORTABLES[case.kind].restore
    topic = topic_of(thing)
    if measure == Measure.WITHHOLD and restore is not None:
        restore(thing, steward)
    elif measure == Measure.CLOSE_TOPIC and topic is not None:
        reopen_topic(membership=steward, topic=topic)

"""Who is told of what happens around a request. Called by the worker with a step.

No text names an author or says what they wrote: the request may be anonymous, and a notice may be read over a shoulder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Escalation, NameLook, SupportRequest

_SENTENCES: dict[int, Any] = {
    Escalation.Level.ON_DUTY: _("Somebody asks for support in %(community)s. You are on duty."),
    Escalation.Level.SUPPORTERS: _("Somebody asks for support in %(community)s. Can you answer?"),
    Escalation.Level.STEWARDS: _("Nobody has taken on a request for support in %(community)s yet."),
    Escalation.Level.SHORT: _("Time is short: somebody in %(community)s still waits for two answers."),
    Escalation.Level.BROKEN: _("A promise was broken in %(community)s: somebody did not get two answers in time."),
}


def _request_of(step: Step) -> SupportRequest | None:
    return (
        SupportRequest.objects.select_related("community", "topic", "topic__author").filter(pk=step.subject_id).first()
    )


def topic_url(request: SupportRequest) -> str:
    return reverse("conversations:topic", args=[request.community.slug, request.topic_id])


def _to_author(step: Step, text: Any) -> Iterator[Telling]:
    request = _request_of(step)
    if request is None or not request.topic.author.person_id or step.actor == request.topic.author_id:
        return
    yield Telling(
        request.topic.author.person_id,
        text,
        topic_url(request),
        {"community": request.community.name},
        request.community_id,
    )


def of_telling(step: Step) -> Iterable[Telling]:
    request = _request_of(step)
    if request is None:
        return
    url = topic_url(request)
    people = Membership.objects.filter(pk__in=step.data.get("to", []), person__isnull=False)
    for person_id in people.values_list("person_id", flat=True):
        yield Telling(
            person_id or 0,
            _SENTENCES[step.data["level"]],
            url,
            {"community": request.community.name},
            request.community_id,
        )


def of_acknowledging(step: Step) -> Iterable[Telling]:
    return _to_author(step, _("A supporter in %(community)s has seen what you wrote and is on it."))


def of_answer(step: Step) -> Iterable[Telling]:
    """The asker is the actor of this step, and the one person to be asked whether it helped."""
    request = _request_of(step)
    if request is None or not request.is_support or not request.topic.author.person_id:
        return
    yield Telling(
        request.topic.author.person_id,
        _("Two people have answered you in %(community)s. Did it help?"),
        topic_url(request),
        {"community": request.community.name},
        request.community_id,
    )


def of_saying_whether(step: Step) -> Iterable[Telling]:
    """Those who answered learn that it helped; a "not this time" stays between the asker and the stewards."""
    request = _request_of(step)
    if request is None or step.data.get("helped") == "no":
        return
    author = request.topic.author
    apart = kept_apart(author.person_id) if author.person_id else set()
    now = request.human_replies.filter(membership__person__isnull=False)
    before = request.reopenings.filter(answered_by__person__isnull=False)
    people = set(now.values_list("membership__person_id", flat=True))
    people.update(before.values_list("answered_by__person_id", flat=True))
    for person_id in sorted(people):
        if person_id and person_id not in apart:
            yield Telling(
                person_id,
                _("Somebody you answered in %(community)s says that it helped."),
                topic_url(request),
                {"community": request.community.name},
                request.community_id,
            )


def of_looking(step: Step) -> Iterable[Telling]:
    look = NameLook.objects.select_related("topic__community", "topic__author").filter(pk=step.subject_id).first()
    if look is None or not look.topic.author.person_id:
        return
    community = look.topic.community
    yield Telling(
        look.topic.author.person_id,
        _("A steward on duty in %(community)s looked at your hidden name. The reason stands beside your request."),
        reverse("conversations:topic", args=[community.slug, look.topic_id]),
        {"community": community.name},
        community.pk,
    )

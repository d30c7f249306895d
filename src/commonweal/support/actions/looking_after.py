"""The steps of a case. Each is taken by a steward on the case, once, and stands on the trail without a word of text."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Membership
from commonweal.conversations.models import Post
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from ..desk import flow, verbs
from ..desk.access import is_on_case, may_look_after
from ..models.desk import Assessment, CaseNote, CaseStep, Concern, OnCase, PrivateReply, StepKind
from .resting import cool_off

LONGEST_NOTE = 4_000


def locked(steward: Membership, concern: Concern) -> Concern:
    """The case, alone in this transaction. Raises Refused for people outside it and once it is closed."""
    require_steward(steward)
    found = Concern.objects.select_for_update(of=("self",)).select_related("about", "topic", "post").get(pk=concern.pk)
    if not may_look_after(steward, found):
        raise Refused(_("You are part of this case, so another steward looks after it."))
    if found.closed_at is not None:
        raise Refused(_("This case is closed."))
    return found


def on_case(steward: Membership, concern: Concern) -> Concern:
    """Like `locked`, for those who joined the case."""
    found = locked(steward, concern)
    if not is_on_case(steward, found):
        raise Refused(_("Join the case first."))
    return found


def checked(text: str, field: str, needed: Any) -> str:
    """Words as they are kept. Raises Refused without any, and when they are too long."""
    text = text.strip().replace("\x00", "")
    if not text:
        raise Refused(needed, field=field)
    if len(text) > LONGEST_NOTE:
        raise Refused(_("Please be shorter: %(most)s characters at most.") % {"most": LONGEST_NOTE}, field=field)
    return text


def done(concern: Concern) -> dict[str, int | None]:
    """The steps taken so far and who took each. One query."""
    return dict(concern.steps.values_list("kind", "by"))


def _step(steward: Membership, concern: Concern, kind: str) -> CaseStep:
    """Write a step down. Taking it twice is taking it once."""
    step, new = CaseStep.objects.get_or_create(concern=concern, kind=kind, defaults={"by": steward, "at": clock.now()})
    if new and kind != StepKind.CLOSED:
        data = {"step": str(kind)}
        record(verbs.STEPPED, subject=concern, actor=steward.pk, community=concern.community_id, data=data)
    return step


@transaction.atomic
def join_case(*, steward: Membership, concern: Concern) -> OnCase:
    """Be on the case, and read its notes from here on. The first steward to do so acknowledges it."""
    concern = locked(steward, concern)
    joined, new = OnCase.objects.get_or_create(concern=concern, steward=steward, defaults={"at": clock.now()})
    if new:
        record(verbs.JOINED, subject=concern, actor=steward.pk, community=concern.community_id)
    _step(steward, concern, StepKind.ACKNOWLEDGED)
    return joined


@transaction.atomic
def assess(
    *, steward: Membership, concern: Concern, danger: str, others_safe: str, mistaken: bool = False
) -> Assessment:
    """Write down whether there is danger now and whether others are safe. It starts nothing and is shown to no member.

    It can be changed until a second steward agreed. Raises Refused for a mistake that is not safe for everybody.
    """
    concern = on_case(steward, concern)
    if danger not in Assessment.Answer.values or others_safe not in Assessment.Answer.values:
        raise Refused(_("Answer both questions. “Not sure” is an answer."))
    if mistaken and (danger, others_safe) != ("no", "yes"):
        raise Refused(_("It can be a mistake only when nobody is in danger."), field="mistaken")
    taken = done(concern)
    if StepKind.SECOND in taken:
        raise Refused(_("A second steward has agreed already. Write what is new as a note."))
    CaseStep.objects.filter(concern=concern, kind=StepKind.ASSESSED).exclude(by=steward).update(by=steward)
    said, _new = Assessment.objects.update_or_create(
        concern=concern, defaults={"danger": danger, "others_safe": others_safe, "mistaken": mistaken}
    )
    _step(steward, concern, StepKind.ASSESSED)
    return said


@transaction.atomic
def write_privately(*, steward: Membership, concern: Concern, text: str) -> PrivateReply:
    """Write to the person, in the steward's name. They are told; nobody else is. Once for a case."""
    concern = on_case(steward, concern)
    if letter := PrivateReply.objects.filter(concern=concern).first():
        return letter
    text = checked(text, "text", _("Write a few words first."))
    letter = PrivateReply.objects.create(concern=concern, by=steward, text=text, at=clock.now())
    _step(steward, concern, StepKind.PRIVATE)
    record(verbs.WROTE, subject=concern, actor=steward.pk, community=concern.community_id)
    return letter


@transaction.atomic
def say_answered(*, steward: Membership, concern: Concern) -> CaseStep:
    """Say that somebody answered where it was said. Raises Refused while nobody did, unless nobody can any more."""
    concern = on_case(steward, concern)
    topic = concern.topic
    answers = Post.objects.filter(
        topic=topic, deleted_at__isnull=True, withheld_at__isnull=True, number__gt=concern.post.number
    )
    over = topic.closed_at or topic.withheld_at or concern.post.deleted_at or concern.post.withheld_at
    if not over and not answers.exclude(author=concern.about_id).exists():
        raise Refused(_("Nobody has answered there yet. Write a short, warm answer first."))
    return _step(steward, concern, StepKind.PUBLIC)


@transaction.atomic
def agree_as_second(*, steward: Membership, concern: Concern) -> CaseStep:
    """A second steward read everything and agrees. Raises Refused for the one who assessed, and before that."""
    concern = on_case(steward, concern)
    taken = done(concern)
    if StepKind.ASSESSED not in taken:
        raise Refused(_("Assess the case first; then a second steward looks."))
    if taken[StepKind.ASSESSED] == steward.pk:
        raise Refused(_("You assessed this yourself, so another steward has to look."))
    return _step(steward, concern, StepKind.SECOND)


@transaction.atomic
def look_again(*, steward: Membership, concern: Concern, kind: str) -> CaseStep:
    """Say that the person was looked after again, after a day or a week. Raises Refused when it is too early."""
    concern = on_case(steward, concern)
    if kind not in flow.EARLY:
        raise Refused(_("Choose one of the steps."))
    if not flow.may_check(concern.opened_at, kind, clock.now()):
        raise Refused(_("It is too early for this. You will be reminded when its time has come."))
    return _step(steward, concern, kind)


@transaction.atomic
def debrief(*, steward: Membership, concern: Concern) -> CaseStep:
    """Say that those who helped have talked it over. Raises Refused before a second steward looked."""
    concern = on_case(steward, concern)
    if StepKind.SECOND not in done(concern):
        raise Refused(_("A second steward has to look first."))
    return _step(steward, concern, StepKind.DEBRIEF)


@transaction.atomic
def close_case(*, steward: Membership, concern: Concern) -> Concern:
    """Close a case in which every step was taken. From here on the retention clock runs.

    Two stewards who found that it was a mistake need no checks. Raises Refused while something is missing.
    """
    concern = on_case(steward, concern)
    judged = Assessment.objects.filter(concern=concern).first()
    left = flow.missing(done(concern), mistaken=judged is not None and judged.mistaken)
    if left:
        raise Refused(_("Still to do: %(step)s.") % {"step": StepKind(left[0]).to_do})
    _step(steward, concern, StepKind.CLOSED)
    concern.closed_at = clock.now()
    concern.save(update_fields=["closed_at"])
    record(verbs.CLOSED, subject=concern, actor=steward.pk, community=concern.community_id)
    if not (judged is not None and judged.mistaken):
        rest_after(concern)
    return concern


def rest_after(concern: Concern) -> None:
    """A day without alarms for those who carried it. They come back earlier in one tap if they like."""
    for row in OnCase.objects.filter(concern=concern).select_related("steward__community"):
        if row.steward.is_supporter:
            cool_off(membership=row.steward)


@transaction.atomic
def write_note(*, steward: Membership, concern: Concern, text: str, submission: uuid.UUID | None = None) -> CaseNote:
    """Write something down for those on the case. Sending the same `submission` twice returns the first note."""
    concern = on_case(steward, concern)
    text = checked(text, "text", _("Write a few words first."))
    if submission and (made := CaseNote.objects.filter(by=steward, submission=submission).first()):
        return made
    note = CaseNote.objects.create(concern=concern, by=steward, text=text, submission=submission, at=clock.now())
    record(verbs.NOTED, subject=concern, actor=steward.pk, community=concern.community_id)
    return note

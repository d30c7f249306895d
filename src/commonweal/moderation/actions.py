"""Reporting, deciding, appealing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward
from commonweal.communities.models import Membership
from commonweal.communities.registries import ON_REPORT, REPORTABLES
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.trail.actions import record

from . import measures, verbs
from .models import Appeal, AppealDecision, Case, Decision, Measure, Note, Reason, Report

LONGEST = 4_000


@transaction.atomic
def report(*, membership: Membership, kind: str, thing: Any, reason: str, words: str = "") -> Report:
    """Ask stewards to look at a thing. Reports of the same thing join its open case; reporting twice is reporting once.

    Raises Refused for one's own thing, without a reason, and TooMany past ten reports a day.
    """
    require_active(membership)
    about = REPORTABLES[kind]
    author = about.author(thing)
    if author is not None and author.pk == membership.pk:
        raise Refused(_("This is your own. You can change it or take it back yourself."))
    if reason not in Reason.values:
        raise Refused(_("Choose what is wrong."), field="reason")
    words = _checked(words, "words")
    case = Case.objects.filter(community=membership.community_id, kind=kind, thing_id=thing.pk, decided_at=None).first()
    if case and (made := case.reports.filter(reporter=membership).first()):
        return made
    limits.spend("report", membership.pk, limit=10, window=timedelta(days=1))
    opened = case is None
    if case is None:
        case = _open(membership, kind, thing, author)
    made = Report.objects.create(case=case, reporter=membership, reason=reason, words=words)
    verb = verbs.CASE_OPENED if opened else verbs.REPORTED
    record(verb, subject=case, actor=None, community=case.community_id)
    if author is not None and not case.author_hidden:
        for told in ON_REPORT:
            told(author, membership, reason, "")
    return made


def _open(membership: Membership, kind: str, thing: Any, author: Membership | None) -> Case:
    about, topic = REPORTABLES[kind], measures.topic_of(thing)
    hidden = topic is not None and author is not None and topic.anonymous and topic.author_id == author.pk
    case, _created = Case.objects.get_or_create(
        community_id=membership.community_id,
        kind=kind,
        thing_id=thing.pk,
        decided_at=None,
        defaults={
            "author": author,
            "author_hidden": hidden,
            "excerpt": str(about.excerpt(thing))[:LONGEST],
            "url": about.url(thing)[:500],
        },
    )
    return case


def _checked(text: str, field: str, *, needed: Any = None) -> str:
    text = text.strip().replace("\x00", "")
    if needed and not text:
        raise Refused(needed, field=field)
    if len(text) > LONGEST:
        raise Refused(
            _("This is %(length)s characters long; the most is %(most)s.") % {"length": len(text), "most": LONGEST},
            field=field,
        )
    return text


def require_no_party(case: Case, steward: Membership) -> None:
    """Raises Refused for a steward who wrote the reported thing or who reported it."""
    if case.author_id == steward.pk or case.reports.filter(reporter=steward).exists():
        raise Refused(_("You are part of this case, so another steward has to decide it."))


@transaction.atomic
def decide(*, steward: Membership, case: Case, measure: str, reason: str, explanation: str) -> Decision:
    """Decide a case. The author reads the explanation (unless it is left as it is); reporters learn the outcome.

    Raises Refused for a non-steward, a party to the case, a case decided already, and a measure that is not offered.
    """
    require_steward(steward)
    case = Case.objects.select_for_update(of=("self",)).select_related("author", "community", "held").get(pk=case.pk)
    if case.community_id != steward.community_id:
        raise Refused(_("Only stewards of this community can do this."))
    if case.decided_at is not None:
        raise Refused(_("Another steward has decided this meanwhile. Their decision is shown below."))
    require_no_party(case, steward)
    if measure not in measures.offered(case, steward):
        raise Refused(_("Choose one of the measures."), field="measure")
    if reason not in Reason.values:
        raise Refused(_("Choose the reason that fits best."), field="reason")
    needed = _("Say why, in a sentence. The author reads it.")
    lets_through = case.is_held and measure == Measure.KEEP
    explanation = _checked(explanation, "explanation", needed="" if lets_through else needed)
    measures.apply(case, measure, steward, explanation)
    now = clock.now()
    decision = Decision.objects.create(
        case=case,
        community_id=case.community_id,
        steward=steward,
        about_id=case.author_id,
        measure=measure,
        reason=reason,
        explanation=explanation,
        at=now,
    )
    Case.objects.filter(pk=case.pk).update(decided_at=now)
    record(verbs.DECIDED, subject=case, actor=steward.pk, community=case.community_id, data={"measure": measure})
    return decision


@transaction.atomic
def write_note(*, steward: Membership, case: Case, text: str) -> Note:
    """A word to the other stewards about a case. Raises Refused for a non-steward, a party, and past fifty a day."""
    require_steward(steward)
    if case.community_id != steward.community_id:
        raise Refused(_("Only stewards of this community can do this."))
    require_no_party(case, steward)
    text = _checked(text, "text", needed=_("Write a few words."))
    limits.spend("case_note", steward.pk, limit=50, window=timedelta(days=1))
    made = Note.objects.create(case=case, author=steward, text=text)
    record(verbs.NOTED, subject=case, actor=steward.pk, community=case.community_id)
    return made


@transaction.atomic
def appeal(*, person: Person, decision: Decision, words: str) -> Appeal:
    """Ask another steward to look again, within thirty days. A removed member may, too. Appealing twice is once.

    Raises Refused for anybody but the author, when nothing was done, and when the time has passed.
    """
    author = decision.about
    if author is None or author.person_id != person.pk:
        raise Refused(_("Only the person it is about can appeal."))
    if decision.measure == Measure.KEEP:
        raise Refused(_("Nothing was done, so there is nothing to take back."))
    if made := Appeal.objects.filter(decision=decision).first():
        return made
    if clock.now() > decision.appeal_until:
        raise Refused(_("The thirty days for an appeal are over. You can still write to a steward."))
    words = _checked(words, "words", needed=_("Say in a few sentences what was seen wrongly."))
    made = Appeal.objects.create(decision=decision, membership=author, words=words)
    record(verbs.APPEALED, subject=decision.case, actor=author.pk, community=decision.community_id)
    return made


@transaction.atomic
def decide_appeal(*, steward: Membership, appeal: Appeal, upheld: bool, explanation: str) -> AppealDecision:
    """Let a decision stand, or take it back with all it did. The author reads the explanation.

    Raises Refused for a non-steward, a party, the steward who decided first, and an appeal decided already.
    """
    require_steward(steward)
    decision = (
        Decision.objects.select_for_update(of=("self",)).select_related("case__author").get(pk=appeal.decision_id)
    )
    if decision.community_id != steward.community_id:
        raise Refused(_("Only stewards of this community can do this."))
    if decision.steward_id == steward.pk:
        raise Refused(_("You made the first decision, so another steward has to look at the appeal."))
    require_no_party(decision.case, steward)
    if AppealDecision.objects.filter(appeal=appeal).exists():
        raise Refused(_("Another steward has decided this appeal meanwhile."))
    needed = _("Say why, in a sentence. The author reads it.")
    explanation = _checked(explanation, "explanation", needed=needed)
    answer = AppealDecision.objects.create(
        appeal=appeal, first_steward_id=decision.steward_id, steward=steward, upheld=upheld, explanation=explanation
    )
    if not upheld:
        measures.take_back(decision.case, decision.measure, steward)
    record(
        verbs.APPEAL_DECIDED,
        subject=decision.case,
        actor=steward.pk,
        community=decision.community_id,
        data={"upheld": upheld},
    )
    return answer

"""Who is told of a case: stewards of a report, author and reporters of a decision, other stewards of an appeal.

Nothing told to the author says who reported. Blocks do not silence a decision: the author always learns of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import STEWARDS
from commonweal.communities.models import Membership, State
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Case, Measure


def _case(step: Step) -> Case | None:
    cases = Case.objects.select_related("community", "author", "decision", "decision__appeal")
    return cases.filter(pk=step.subject_id).first()


def _telling(member: Membership, case: Case, text: object, url: str) -> Iterable[Telling]:
    if member.person_id is not None:
        params = {"community": case.community.name}
        yield Telling(member.person_id, text=text, url=url, params=params, community_id=case.community_id)


def _stewards(case: Case, text: object, *, but: set[int | None]) -> Iterable[Telling]:
    stewards = Membership.objects.filter(community=case.community_id, role__in=STEWARDS, state=State.ACTIVE)
    url = reverse("moderation:case", args=[case.community.slug, case.pk])
    for steward in stewards.exclude(pk__in=[pk for pk in but if pk]):
        yield from _telling(steward, case, text, url)


def stewards_of_case(step: Step) -> Iterable[Telling]:
    """Every steward who is no party to it."""
    case = _case(step)
    if case is not None and case.decided_at is None:
        parties = {case.author_id, *case.reports.values_list("reporter_id", flat=True)}
        yield from _stewards(
            case, _("Something was reported in %(community)s. Please look at it within a day."), but=parties
        )


def stewards_of_held(step: Step) -> Iterable[Telling]:
    """Every steward: a first message waits to be read."""
    case = _case(step)
    if case is not None and case.decided_at is None:
        text = _("A newcomer’s first message in %(community)s waits for you to read it, within a day.")
        yield from _stewards(case, text, but={case.author_id})


def both_of_late(step: Step) -> Iterable[Telling]:
    """The stewards again, and the author: it still waits, and is not forgotten."""
    case = _case(step)
    if case is None or case.decided_at is not None:
        return
    yield from _stewards(
        case, _("A first message in %(community)s has waited for over a day. Please read it."), but={case.author_id}
    )
    if case.author is not None:
        text = _("Your message in %(community)s still waits for a steward. It is not lost, and they were told again.")
        yield from _telling(case.author, case, text, case.url)


def both_sides_of_decision(step: Step) -> Iterable[Telling]:
    """The author, when something was done, and everyone who reported, with the outcome."""
    case = _case(step)
    if case is None or not hasattr(case, "decision"):
        return
    kept = case.decision.measure == Measure.KEEP
    if case.author is not None and kept and case.is_held:
        text = _("A steward of %(community)s has read your message. It stands now, and everyone sees it.")
        yield from _telling(case.author, case, text, case.url)
    if case.author is not None and not kept:
        text = _("A steward of %(community)s decided about something of yours. Read why, and what you can do.")
        yield from _telling(case.author, case, text, reverse("moderation:about_me", args=[case.pk]))
    if kept:
        text = _(
            "A steward of %(community)s looked at what you reported and left it as it is. Thank you for looking out."
        )
    else:
        text = _("A steward of %(community)s looked at what you reported and acted. Thank you for looking out.")
    for report in case.reports.select_related("reporter"):
        if report.reporter_id != step.actor:
            yield from _telling(report.reporter, case, text, reverse("moderation:mine"))


def other_stewards_of_appeal(step: Step) -> Iterable[Telling]:
    """The stewards who may decide it: neither party nor the one who decided first."""
    case = _case(step)
    if case is None or not hasattr(case, "decision"):
        return
    parties = {case.author_id, case.decision.steward_id, *case.reports.values_list("reporter_id", flat=True)}
    yield from _stewards(case, _("Somebody in %(community)s appeals. Another steward has to look: you."), but=parties)


def author_of_answer(step: Step) -> Iterable[Telling]:
    """The author."""
    case = _case(step)
    if case is None or case.author is None:
        return
    if step.data.get("upheld"):
        text = _("Another steward of %(community)s looked at your appeal. The decision stands; read why.")
    else:
        text = _("Another steward of %(community)s agreed with your appeal. The decision is taken back.")
    yield from _telling(case.author, case, text, reverse("moderation:about_me", args=[case.pk]))

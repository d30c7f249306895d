"""Becoming a supporter: applying, a steward's answer, and the role once everything is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active, require_steward, require_supporter
from commonweal.communities.actions.stewarding import change_role
from commonweal.communities.models import Membership, Role
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.suggestions import TONGUES
from commonweal.trail.actions import record

from .. import verbs
from ..models import Application, ApplicationAnswer, HelpKind, Supporter
from ..standing import Standing, standing_of


@transaction.atomic
def apply_to_support(
    *, membership: Membership, why: str, languages: Iterable[str] = (), kinds: Iterable[str] = ()
) -> Application:
    """Say that one would like to give support. Applying twice is applying once.

    Raises Refused for supporters, and without a reason why.
    """
    require_active(membership)
    if membership.is_supporter:
        raise Refused(_("You give support here already."))
    if not why.strip():
        raise Refused(_("Say in a sentence why you would like to. The stewards read it."), field="why")
    limits.spend("apply_to_support", membership.pk, limit=5, window=timedelta(days=1))
    made, new = Application.objects.get_or_create(
        membership=membership,
        closed_at=None,
        defaults={
            "community_id": membership.community_id,
            "why": why.strip()[:1000],
            "languages": _known(languages, TONGUES),
            "kinds": _known(kinds, HelpKind.values),
            "at": clock.now(),
        },
    )
    if new:
        record(verbs.APPLIED, subject=made, actor=membership.pk, community=membership.community_id)
    return made


def _known(chosen: Iterable[str], known: Iterable[str]) -> list[str]:
    wanted = set(chosen)
    return [key for key in known if key in wanted]


@transaction.atomic
def take_back_application(*, membership: Membership) -> int:
    """Take one's application back. Returns how many; none is no error."""
    return Application.objects.filter(membership=membership, closed_at__isnull=True).update(closed_at=clock.now())


@transaction.atomic
def answer_application(
    *, membership: Membership, application: Application, accepted: bool, words: str = ""
) -> ApplicationAnswer:
    """A steward says yes or not now. A yes gives the role as soon as training and agreement are done.

    Raises Refused for anybody but a steward, for a second answer, and when it was taken back meanwhile.
    """
    require_steward(membership)
    application = Application.objects.select_for_update().get(pk=application.pk)
    if earlier := ApplicationAnswer.objects.filter(application=application).first():
        if earlier.accepted == accepted:
            return earlier
        raise Refused(_("Another steward has answered already."))
    if application.closed_at is not None:
        raise Refused(_("They have taken it back meanwhile."))
    answer = ApplicationAnswer.objects.create(
        application=application, answered_by=membership, accepted=accepted, words=words.strip()[:500], at=clock.now()
    )
    record(verbs.ANSWERED_APPLICATION, subject=application, actor=membership.pk, community=membership.community_id)
    applicant = application.membership
    if accepted:
        Supporter.objects.update_or_create(
            membership=applicant, defaults={"languages": application.languages, "kinds": application.kinds}
        )
        settle(applicant)
    else:
        application.closed_at = clock.now()
        application.save(update_fields=["closed_at"])
    return answer


def settle(membership: Membership) -> Standing:
    """Give the role to somebody who was accepted and has done everything. Called after each tick and acceptance."""
    stands = standing_of(membership)
    application = stands.application
    if application is None or not stands.accepted or not stands.is_prepared:
        return stands
    steward = application.answer.answered_by
    if membership.role == Role.MEMBER:
        if not steward.is_steward:
            return stands  # another steward gives the role by hand; the list of supporters says so
        change_role(membership=steward, member=membership, role=Role.SUPPORTER)
    application.closed_at = stands.now
    application.save(update_fields=["closed_at"])
    _hold_until(stands)
    return stands


def _hold_until(stands: Standing) -> Supporter:
    row, _new = Supporter.objects.update_or_create(
        membership=stands.membership,
        defaults={"renew_by": stands.now + stands.renewal, "told_at": None, "lapse_told_at": None},
    )
    return row


@transaction.atomic
def renew(*, membership: Membership) -> Supporter:
    """A supporter went through the list and the agreement again; it holds anew from today.

    Raises Refused while something on the list or the agreement is open.
    """
    require_supporter(membership)
    stands = standing_of(membership)
    if not stands.is_prepared:
        raise Refused(_("First tick what is open on your list, and accept the agreement."))
    row = _hold_until(stands)
    record(verbs.RENEWED, subject=row, actor=membership.pk, community=membership.community_id)
    return row


@transaction.atomic
def say_what_i_give(
    *, membership: Membership, languages: Iterable[str], kinds: Iterable[str], steps_in: bool = False
) -> Supporter:
    """A supporter changes what they are asked for first, and whether they hear of shifts that nobody has taken."""
    require_supporter(membership)
    row, _new = Supporter.objects.update_or_create(
        membership=membership,
        defaults={
            "languages": _known(languages, TONGUES),
            "kinds": _known(kinds, HelpKind.values),
            "steps_in": steps_in,
        },
    )
    return row

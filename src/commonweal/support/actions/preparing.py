"""What stewards ask of supporters, and supporters doing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Community, Membership, Role, State
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import agreement, verbs
from ..models import AgreementAcceptance, AgreementText, Standard, Supporter, TrainingDone, TrainingItem
from ..standing import standing_of
from .applying import settle

LONGEST_AGREEMENT = 5000
MOST_ITEMS = 30


@transaction.atomic
def set_standard(
    *, membership: Membership, cap: int, renewal_days: int, items: Iterable[str], agreement_text: str
) -> Standard:
    """A steward says what is asked of supporters: the list to tick, the agreement, how many at once, how long it holds.

    A changed agreement becomes a new version that everybody accepts anew; earlier ones are kept. Items that are no
    longer named are retired. Supporters without a renewal date get one counted from today, so nobody lapses at once.
    Raises Refused for anybody but a steward and for numbers and texts out of bounds.
    """
    require_steward(membership)
    if not 1 <= cap <= 20:
        raise Refused(_("Choose a number from 1 to 20."), field="cap")
    if not 30 <= renewal_days <= 1100:
        raise Refused(_("Choose between a month and three years."), field="renewal_days")
    text = agreement_text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("The agreement cannot be empty. A few sentences are enough."), field="agreement_text")
    if len(text) > LONGEST_AGREEMENT:
        raise Refused(_("This is too long; people read a page at most."), field="agreement_text")
    # one steward at a time: versions and positions count on
    community = Community.objects.select_for_update().get(pk=membership.community_id)
    now = clock.now()
    standard, _new = Standard.objects.update_or_create(
        community=community, defaults={"cap": cap, "renewal_days": renewal_days, "set_by": membership, "at": now}
    )
    _set_items(community, items)
    version, words = agreement.current(community)
    if text != words:
        AgreementText.objects.create(community=community, version=version + 1, text=text, written_by=membership, at=now)
    _date_those_without(community, standard)
    record(verbs.STANDARD_SET, subject=standard, actor=membership.pk, community=community.pk)
    return standard


def _set_items(community: Community, items: Iterable[str]) -> None:
    named = list(dict.fromkeys(" ".join(item.split()) for item in items if item.strip()))
    if len(named) > MOST_ITEMS:
        raise Refused(_("Thirty lines at most; a short list is read."), field="items")
    if any(len(item) > 200 for item in named):
        raise Refused(_("Keep each line under 200 letters."), field="items")
    TrainingItem.objects.filter(community=community, retired_at__isnull=True).exclude(text__in=named).update(
        retired_at=clock.now()
    )
    for position, item in enumerate(named):
        TrainingItem.objects.update_or_create(
            community=community, text=item, defaults={"position": position, "retired_at": None}
        )


def _date_those_without(community: Community, standard: Standard) -> None:
    until = clock.now() + timedelta(days=standard.renewal_days)
    people = Membership.objects.filter(community=community, state=State.ACTIVE, role=Role.SUPPORTER)
    Supporter.objects.bulk_create(
        [Supporter(membership=member, renew_by=until) for member in people], ignore_conflicts=True
    )
    Supporter.objects.filter(membership__in=people, renew_by__isnull=True).update(renew_by=until)


@transaction.atomic
def tick_item(*, membership: Membership, item_id: int, done: bool) -> None:
    """Say that one has done a thing on the list, or not. The last tick may give the role.

    Raises Refused for people who neither give support nor were accepted, and for an item that is gone.
    """
    _may_prepare(membership)
    item = TrainingItem.objects.filter(pk=item_id, community=membership.community_id, retired_at__isnull=True).first()
    if item is None:
        raise Refused(_("This is no longer on the list. Look at it again."))
    if done:
        TrainingDone.objects.get_or_create(item=item, membership=membership, defaults={"at": clock.now()})
    else:
        TrainingDone.objects.filter(item=item, membership=membership).delete()
    settle(membership)


@transaction.atomic
def accept_agreement(*, membership: Membership, version: int) -> AgreementAcceptance:
    """Accept the agreement. Raises Refused when it changed since it was read."""
    _may_prepare(membership)
    current, _text = agreement.current(membership.community_id)
    if version != current:
        raise Refused(_("The agreement was changed while you read it. Please read the new one."))
    row, new = AgreementAcceptance.objects.get_or_create(
        membership=membership, version=version, defaults={"at": clock.now()}
    )
    if new:
        record(
            verbs.AGREED, subject=row, actor=membership.pk, community=membership.community_id, data={"version": version}
        )
    settle(membership)
    return row


def _may_prepare(membership: Membership) -> None:
    if not standing_of(membership).may_prepare:
        raise Refused(_("This is for people who give support. Apply first, and a steward answers you."))

"""Where somebody stands as a supporter: what is asked, what is done, until when it holds, how much they carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commonweal.communities.models import Membership
from commonweal.kit import clock

from . import agreement
from .load import open_cases
from .models import (
    DEFAULT_CAP,
    DEFAULT_RENEWAL_DAYS,
    AgreementAcceptance,
    Application,
    Rest,
    Standard,
    Supporter,
    TrainingItem,
)

#: How long before the date somebody is told that it comes near.
TOLD_BEFORE = timedelta(days=14)


@dataclass
class Standing:
    """Everything that a supporter's own page says. `standard` is None where stewards never asked anything."""

    membership: Membership
    standard: Standard | None
    supporter: Supporter | None
    application: Application | None
    rest: Rest | None
    agreement_version: int
    agreement_text: str
    agreed_at: datetime | None
    carries: int
    items: list[tuple[TrainingItem, bool]] = field(default_factory=list)
    now: datetime = field(default_factory=clock.now)

    @property
    def cap(self) -> int:
        return self.standard.cap if self.standard else DEFAULT_CAP

    @property
    def renewal(self) -> timedelta:
        return timedelta(days=self.standard.renewal_days if self.standard else DEFAULT_RENEWAL_DAYS)

    @property
    def is_trained(self) -> bool:
        return all(done for _item, done in self.items)

    @property
    def is_prepared(self) -> bool:
        """Every item ticked and the newest agreement accepted."""
        return self.is_trained and self.agreed_at is not None

    @property
    def accepted(self) -> bool:
        """Whether a steward said yes to the open application."""
        return self.application is not None and hasattr(self.application, "answer")

    @property
    def may_prepare(self) -> bool:
        return self.membership.is_supporter or self.accepted

    @property
    def renew_by(self) -> datetime | None:
        return self.supporter.renew_by if self.supporter else None

    @property
    def has_lapsed(self) -> bool:
        return self.supporter is not None and self.supporter.has_lapsed(self.now)

    @property
    def renews_soon(self) -> bool:
        return self.renew_by is not None and self.renew_by - self.now <= TOLD_BEFORE

    @property
    def is_asked_for_more(self) -> bool:
        """A supporter from whom the community wants something that is not done yet."""
        return self.membership.is_supporter and self.standard is not None and not self.is_prepared


def standing_of(membership: Membership) -> Standing:
    """Nine queries at most."""
    now = clock.now()
    version, text = agreement.current(membership.community_id)
    accepted = AgreementAcceptance.objects.filter(membership=membership, version=version).first()
    ticked = set(membership.training_done.values_list("item_id", flat=True))
    items = TrainingItem.objects.filter(community=membership.community_id, retired_at__isnull=True)
    return Standing(
        membership=membership,
        standard=Standard.objects.filter(community=membership.community_id).first(),
        supporter=Supporter.objects.filter(membership=membership).first(),
        application=Application.objects.select_related("answer")
        .filter(membership=membership, closed_at__isnull=True)
        .first(),
        rest=Rest.objects.filter(membership=membership, ends_at__gt=now).first(),
        agreement_version=version,
        agreement_text=text,
        agreed_at=accepted.at if accepted else None,
        carries=open_cases([membership.pk]).get(membership.pk, 0),
        items=[(item, item.pk in ticked) for item in items],
        now=now,
    )

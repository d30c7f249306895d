"""How one appears in one community, and what stays of it after one closes the account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.models import Person, Trait
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_active
from ..models import Asking, Membership, Role, RoleChange, State, Welcome
from .counting import count_members
from .joining import forget_place
from .naming import checked_name

#: What a persona may show of the person: the kinds of trait, and the coarse place.
SHOWABLE = (*Trait.Kind.values, "place")


@transaction.atomic
def change_persona(
    *,
    membership: Membership,
    display_name: str,
    about: str = "",
    brought: str = "",
    shown: Iterable[str] = (),
    welcomes: bool = False,
    asking: str = Asking.TOLD,
) -> Membership:
    """Change one's name, words and what is shown in this community only. Other communities see nothing of it.

    Raises Refused for a name somebody else goes by here, and TooMany past twenty changes a day.
    """
    require_active(membership)
    limits.spend("change_persona", membership.pk, limit=20, window=timedelta(days=1))
    name = checked_name(display_name, community=membership.community, member=membership)
    for field, text in (("about", about), ("brought", brought)):
        if len(text.strip()) > 500:
            raise Refused(_("This is too long; 500 letters are the most."), field=field)
    if asking not in Asking.values:
        raise Refused(_("Choose one of the three."), field="asking")
    membership.display_name, membership.asking = name, asking
    membership.about, membership.brought = about.strip(), brought.strip()
    membership.shown = [key for key in SHOWABLE if key in set(shown)]
    membership.welcomes = welcomes
    membership.save(update_fields=["display_name", "name_key", "about", "brought", "shown", "welcomes", "asking"])
    record(verbs.PERSONA_CHANGED, subject=membership, actor=membership.pk, community=membership.community_id)
    return membership


def erase_persona(membership: Membership) -> None:
    """Blank a persona whose person closes the account: what they did stays counted, who they were goes.

    Part of the account's deletion, in its transaction. A community never stays without a founder while it has members:
    the longest-serving steward follows, else a supporter, else the first member who joined.
    """
    was_active = membership.is_active
    if membership.role == Role.FOUNDER and was_active:
        _find_heir(membership)
    with translation.override(membership.community.language):
        membership.display_name = _("Someone who left")
    membership.brought = membership.about = ""
    membership.shown, membership.welcomes = [], False
    membership.role, membership.person = Role.MEMBER, None
    if membership.state != State.REMOVED:
        membership.state = State.LEFT
    membership.left_at = membership.left_at or clock.now()
    membership.save()
    Welcome.objects.filter(welcomer=membership).update(message="")
    forget_place(membership)
    membership.invitations.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
    if was_active:
        count_members(membership.community_id, -1)


def erase_person(person: Person) -> None:
    """Blank every persona of a person who closes their account."""
    for membership in person.memberships.select_related("community"):
        erase_persona(membership)


def _find_heir(founder: Membership) -> None:
    others = Membership.objects.filter(
        community=founder.community_id, state=State.ACTIVE, person__isnull=False, person__placeholder=False
    ).exclude(pk=founder.pk)
    if others.filter(role=Role.FOUNDER).exists():
        return
    heir = None
    for role in (Role.STEWARD, Role.SUPPORTER, Role.MEMBER):
        heir = heir or others.filter(role=role).order_by("joined_at", "pk").first()
    if heir is not None:
        Membership.objects.filter(pk=heir.pk).update(role=Role.FOUNDER)
        RoleChange.objects.create(membership=heir, changed_by=founder, role=Role.FOUNDER)
        record(
            verbs.ROLE_CHANGED,
            subject=heir,
            actor=founder.pk,
            community=founder.community_id,
            data={"role": Role.FOUNDER.value},
        )

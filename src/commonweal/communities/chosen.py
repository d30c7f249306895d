"""Choosing a fellow member in a form by the name they go by."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from commonweal.kit.errors import Refused
from commonweal.people.queries import kept_apart

from .models import Community, Membership, State
from .names import fold

#: Above this many members no list of names is put in the page to choose from.
MOST_SUGGESTED = 300


def chosen_members(chooser: Membership, names: Iterable[str], *, field: str) -> list[Membership]:
    """The active members with these names, in the order given, nobody twice. Raises Refused beside `field` otherwise.

    People kept apart from the chooser by a block are as good as absent. Two queries.
    """
    wanted = {fold(name): name.strip() for name in names if name.strip()}
    members = Membership.objects.filter(
        community=chooser.community_id, state=State.ACTIVE, name_key__in=wanted, person__placeholder=False
    )
    apart = kept_apart(chooser.person_id) if chooser.person_id else set()
    found = {member.name_key: member for member in members if member.person_id not in apart}
    for key, name in wanted.items():
        if key not in found:
            raise Refused(
                _("There is nobody here who goes by “%(name)s”. Write the name as it stands on the people page.")
                % {"name": name},
                field=field,
            )
    return [found[key] for key in wanted]


def suggested_names(community: Community, chooser: Membership) -> list[str]:
    """Names to choose from, in a community small enough to list them. Two queries, none in a big one."""
    if community.members_count > MOST_SUGGESTED:
        return []
    apart = kept_apart(chooser.person_id) if chooser.person_id else set()
    members = Membership.objects.filter(community=community, state=State.ACTIVE, person__placeholder=False)
    members = members.exclude(pk=chooser.pk).exclude(person__in=apart)
    return list(members.order_by("name_key").values_list("display_name", flat=True))

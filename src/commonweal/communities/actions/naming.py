"""Names that people go by."""

from __future__ import annotations

from django.utils.translation import gettext as _

from commonweal.kit.errors import Refused

from ..models import Community, Membership, State
from ..names import fold


def checked_name(name: str, *, community: Community, member: Membership | None = None) -> str:
    """A name somebody may go by in a community. Raises Refused when it is empty or another active member goes by it.

    Names that differ only in case or accents count as the same, so that nobody can pass for somebody else. One query.
    """
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    key = fold(name)
    if not key:
        raise Refused(_("Choose a name for here; it need not be your full name."), field="display_name")
    if len(name) > 60:
        raise Refused(_("That name is too long; 60 letters are the most."), field="display_name")
    same = Membership.objects.filter(name_key=key, community=community, state=State.ACTIVE)
    if member is not None and member.pk:
        same = same.exclude(pk=member.pk)
    if same.exists():
        raise Refused(
            _("Somebody here already goes by that name. Add a letter or a word, so that people can tell you apart."),
            field="display_name",
        )
    return name

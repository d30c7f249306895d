"""Starting a community or a chapter, so that it does not look empty."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.kit import limits, markdown
from commonweal.kit.errors import Refused
from commonweal.kit.ids import link_token
from commonweal.people.models import Person
from commonweal.trail.actions import record

from .. import verbs
from ..access import require_steward
from ..kinds import STARTERS
from ..models import Access, Community, Kind, Membership, Role
from ..queries import may_found
from ..registries import FURNISHINGS
from .naming import checked_name


@transaction.atomic
def found_community(
    *,
    person: Person,
    display_name: str,
    name: str,
    purpose: str,
    kind: str,
    access: str = Access.OPEN,
    matters_most: str = "",
    place_name: str = "",
    cell: str = "",
    country: str = "",
    language: str = "",
    time_zone: str = "",
    slug: str = "",
) -> Community:
    """Found a community with a rules draft, a welcome, fitting doors and first topics. Its founder belongs to it.

    Only founders may found another one, except where none exists yet. `slug` is made from the name unless given.
    Raises Refused for a missing name or purpose and TooMany past five a day.
    """
    if Community.objects.exists() and not may_found(person):
        raise Refused(_("Only founders of a community here can found another one. Ask one of them."))
    limits.spend("found_community", person.pk, limit=5, window=timedelta(days=1))
    community = _make(
        name=name,
        purpose=purpose,
        kind=kind,
        access=access,
        matters_most=matters_most.strip(),
        place_name=place_name.strip(),
        cell=cell,
        country=country.upper(),
        language=language or _language(),
        time_zone=time_zone or person.time_zone,
        slug=slug,
    )
    founder = _settle(community, person, display_name)
    record(verbs.FOUNDED, subject=community, actor=founder.pk, community=community.pk)
    _furnish(founder)
    return community


@transaction.atomic
def start_chapter(
    *, membership: Membership, name: str, purpose: str, place_name: str = "", cell: str = ""
) -> Community:
    """Start a chapter for a place or a subject; it takes over the kind, access and rules, and the steward founds it.

    Raises Refused for somebody who is no steward, within a chapter, and for a missing name or purpose.
    """
    require_steward(membership)
    parent = membership.community
    if parent.parent_id is not None:
        raise Refused(_("A chapter cannot have chapters. Start it from the main community."))
    limits.spend("start_chapter", membership.pk, limit=5, window=timedelta(days=1))
    chapter = _make(
        name=name,
        purpose=purpose,
        kind=parent.kind,
        access=parent.access,
        place_name=place_name.strip() or parent.place_name,
        cell=cell or parent.cell,
        country=parent.country,
        language=parent.language,
        time_zone=parent.time_zone,
        parent=parent,
        rules=parent.rules,
        closed_doors=parent.closed_doors,
    )
    if membership.person is None:
        raise Refused(_("Only members can do this. Join the community first."))
    founder = _settle(chapter, membership.person, membership.display_name)
    record(verbs.CHAPTER_STARTED, subject=chapter, actor=membership.pk, community=parent.pk)
    record(verbs.FOUNDED, subject=chapter, actor=founder.pk, community=chapter.pk)
    _furnish(founder)
    return chapter


def _make(*, name: str, purpose: str, kind: str, access: str, slug: str = "", **fields: object) -> Community:
    name, purpose = " ".join(name.split()), purpose.strip()
    if not name:
        raise Refused(_("Give the community a name."), field="name")
    if not purpose:
        raise Refused(_("Say in a sentence what it is for."), field="purpose")
    if kind not in Kind.values:
        raise Refused(_("Choose what kind of community it is."), field="kind")
    if access not in Access.values:
        raise Refused(_("Choose who may see and join it."), field="access")
    starter = STARTERS[kind]
    fields.setdefault("rules", str(starter.rules))
    fields.setdefault("welcome", str(starter.welcome))
    fields.setdefault("closed_doors", starter.closed_doors)
    return Community.objects.create(
        name=name[:80],
        purpose=purpose[:300],
        kind=kind,
        access=access,
        slug=_free_slug(slug or name),
        rules_html=markdown.render(str(fields["rules"])),
        welcome_html=markdown.render(str(fields["welcome"])),
        **fields,
    )


def _settle(community: Community, person: Person, display_name: str) -> Membership:
    """Make the founder's membership. The founder is the first member, so the count is one."""
    founder = Membership.objects.create(
        community=community,
        person=person,
        display_name=checked_name(display_name, community=community),
        role=Role.FOUNDER,
        welcomes=True,
    )
    Community.objects.filter(pk=community.pk).update(members_count=1)
    community.members_count = 1
    return founder


def _furnish(founder: Membership) -> None:
    """Let every capability put in what a new community starts with: first topics and the like."""
    for furnish in FURNISHINGS:
        furnish(founder)


def _language() -> str:
    current = get_language() or settings.LANGUAGE_CODE
    return current if current in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _free_slug(wish: str) -> str:
    """A short name for the address that nobody has: "riverside", "riverside-2", or random for names without Latin letters."""
    base = slugify(wish)[:50].strip("-") or f"c-{link_token()[:8].lower().strip('-_')}"
    taken = set(Community.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)

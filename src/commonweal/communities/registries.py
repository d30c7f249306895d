"""Where capabilities meet: Today, the desk, the front page, and what can be reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from commonweal.kit import clock
from commonweal.kit.registry import Registry

from .models import Community, Membership

if TYPE_CHECKING:
    from commonweal.people.models import Person

#: The three groups of Today, in order.
NEED_YOU, YOU_SAID, NEW = "need-you", "you-said", "new"


@dataclass(frozen=True)
class Row:
    """One line with its one action, on Today or on the desk.

    `title` and `detail` are plain translated text (escaped when shown); `url` and `action` are the one thing to do.
    `tag` is a short note with a `tone` ("wait", "good", "harm" or ""). `due` sorts: earliest first, None last.
    `face` is a Membership to picture, or None for an `icon`. `post`: where the action is done at once, by one tap; else
    it leads to `url`. Only on Today.
    """

    title: str
    detail: str
    url: str
    action: str
    group: str = NEED_YOU
    due: datetime | None = None
    face: Membership | None = None
    icon: str = ""
    tag: str = ""
    tone: str = ""
    post: str = ""


#: source(person, memberships) -> rows. `memberships` are active, community loaded. At most two queries a source, five rows.
TODAY: Registry[Callable[[Person, list[Membership]], Iterable[Row]]] = Registry("today")

#: source(steward's membership) -> rows for the steward's desk. At most two queries a source.
DESK: Registry[Callable[[Membership], Iterable[Row]]] = Registry("desk")


@dataclass(frozen=True)
class Reportable:
    """A kind of thing that can be reported.

    get(viewer, id): the thing, access checked (Http404 otherwise). excerpt: what a steward sees of it.
    author: the membership it is by, or None. url: where it stands. withhold / restore: what a decision does to it.
    """

    key: str
    label: Any
    get: Callable[[Membership, int], models.Model]
    community: Callable[[Any], Community]
    author: Callable[[Any], Membership | None]
    excerpt: Callable[[Any], str]
    url: Callable[[Any], str]
    withhold: Callable[[Any, Membership], None] | None = None
    restore: Callable[[Any, Membership], None] | None = None


@dataclass(frozen=True)
class Occasion:
    """Something at which people meet, as one of them sees it on their private page. Ids are of memberships.

    key: type and id, "gatherings.gathering:12". minutes: how long it took, as far as one can tell. met: both sides
    confirmed that it happened; otherwise it is still to come, or it has `begun` and they have not both said so yet.
    """

    key: str
    mine: int
    others: tuple[int, ...]
    at: datetime
    minutes: int
    title: str
    url: str
    met: bool
    icon: str = "meet"
    begun: bool = False

    @property
    def has_time(self) -> bool:
        """Whether a time was set for what is to come; two people who may meet still have to agree on one."""
        return self.met or self.begun or self.at > clock.now()

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def number(self) -> str:
        return self.key.partition(":")[2]


#: occasions(one person's active memberships) -> what they met at in the last two years, and what is to come. Four queries.
OCCASIONS: Registry[Callable[[list[Membership]], Iterable[Occasion]]] = Registry("occasions")

#: touches(one person's active memberships) -> {other's membership id: (when they last wrote, where to write)}. Two queries.
TOUCHES: Registry[Callable[[list[Membership]], dict[int, tuple[datetime, str]]]] = Registry("touches")

#: key (used in the URL of the report form: "post", "member", "gathering", …) -> Reportable
REPORTABLES: Registry[Reportable] = Registry("reportables")

#: what a newly founded community starts with: function(founder's membership), filled by conversations, gatherings, …
FURNISHINGS: Registry[Callable[[Membership], None]] = Registry("furnishings")

#: shown on a person's page in a community: function(viewer, member) -> (label, url) of a step one can take, or None.
MEMBER_STEPS: Registry[Callable[[Membership, Membership], tuple[str, str] | None]] = Registry("member steps")


@dataclass(frozen=True)
class DoorPage:
    """Where a door leads: its URL name (taking the community's slug)."""

    key: str
    url_name: str


#: door key -> DoorPage. A door without a page yet is not shown.
DOOR_PAGES: Registry[DoorPage] = Registry("door pages")

#: what siblings add to the Act page: function(community, membership or None) -> at most three rows. At most two queries.
ACT_ROWS: Registry[Callable[[Community, Membership | None], Iterable[Row]]] = Registry("act rows")

#: who has met whom in the world, as both sides say: function(membership id, other membership ids) -> those of them.
#: One query a source. Read through `communities.queries.met_before`.
MET: Registry[Callable[[int, list[int]], Iterable[int]]] = Registry("met")

#: members to whom nobody new is introduced until a human has looked: function(community) -> a query of membership ids.
#: For waits that must name nobody anywhere (a report about an anonymous author); others are a `circles.Pause`.
INTRODUCTIONS_WAIT: Registry[Callable[[Community], Any]] = Registry("introductions wait")

#: who must know of a report at once: function(author of the thing, reporter, reason, private words for stewards, or "").
#: Not called for a hidden author. Also told when somebody did not feel safe with somebody, with the reason "danger".
ON_REPORT: Registry[Callable[[Membership, Membership, str, str], None]] = Registry("on report")

#: pairs of membership ids, of a community, of which one said in private that they would not meet the other again:
#: function(community id, only among these membership ids; None for everybody). One query a source.
NOT_AGAIN: Registry[Callable[[int, list[int] | None], Iterable[tuple[int, int]]]] = Registry("not again")

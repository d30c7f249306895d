"""The posts of a page, rendered once for everybody, with a thin personal layer laid over them.

What is the same for all readers (words, names, counts) is rendered once per version of the topic and kept in the
process, cut into pieces at the places where readers differ: whose post it is, which reactions are one's own, where the
new begins, and whose posts a block hides. Laying the personal layer is joining strings; no template runs per post.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commonweal.communities.models import Membership, Role
from commonweal.kit.kept import Kept

from .access import apart_from
from .models import Attachment, Post, Reaction, Topic

PAGE = 20
KINDS = tuple(Reaction.Kind.values)
ICONS = {Reaction.Kind.THANKS: "thanks", Reaction.Kind.ME_TOO: "me-too", Reaction.Kind.HELPFUL: "helpful"}


@dataclass(frozen=True)
class Piece:
    """One post, cut where readers differ. `shown` is what everybody sees, `aside` what its author and stewards see."""

    pk: int
    number: int
    author: int
    person: int | None
    quoted_person: int | None
    shown: tuple[str, ...]
    own: tuple[str, ...]
    put_aside: bool
    buttons: bool


@dataclass(frozen=True)
class Posts:
    """A page of posts: the pieces in order, and whether there are more after them."""

    pieces: tuple[Piece, ...]
    more: bool

    @property
    def first(self) -> int:
        return self.pieces[0].number if self.pieces else 0

    @property
    def last(self) -> int:
        return self.pieces[-1].number if self.pieces else 0


#: Fragments kept by this process. A changed name shows after these seconds at most, everything else at once.
FRAGMENTS: Kept[Posts] = Kept(most=200, seconds=60)


def posts_from(topic: Topic, start: int, *, guest: bool) -> Posts:
    """The page of posts from number `start`. Two or three queries the first time, none while nothing changed."""
    born = topic.started_at.timestamp()
    zone, language = timezone.get_current_timezone_name(), translation.get_language()
    key = (topic.pk, born, topic.version, start, language, zone, guest)
    return FRAGMENTS.get(key, lambda: _rendered(topic, start, guest))


def _rendered(topic: Topic, start: int, guest: bool) -> Posts:
    posts = list(
        Post.objects.filter(topic=topic, number__gte=start)
        .select_related("author", "quoted__author")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("pk")))
        .order_by("number")[: PAGE + 1]
    )
    return Posts(tuple(_piece(topic, post, guest) for post in posts[:PAGE]), len(posts) > PAGE)


def name_of(topic: Topic, author: Membership) -> str:
    """The name under which everybody else sees an author in this topic."""
    if topic.anonymous and topic.author_id == author.pk:
        return _("Someone")
    return author.display_name if author.person_id else _("Someone who left")


def _date_of(moment: datetime) -> SafeString:
    """Absolute, since the fragment is kept: "3 Nov 2026, 18:05" in the reader's zone."""
    local = timezone.localtime(moment)
    text = date_format(local, pgettext("date of a message", "j M Y, H:i"))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


def _piece(topic: Topic, post: Post, guest: bool) -> Piece:
    hidden = topic.anonymous and topic.author_id == post.author_id
    cut = secrets.token_hex(12)
    context = {
        "cut": cut,
        "topic": topic,
        "community": topic.community,
        "post": post,
        "guest": guest,
        "hidden": hidden,
        "named": not hidden and post.author.person_id is not None,
        "author_name": name_of(topic, post.author),
        "role": "" if hidden or post.author.role == Role.MEMBER else post.author.get_role_display(),
        "pictures": list(post.attachments.all()),
        "react_url": reverse("conversations:react", args=[topic.community.slug, topic.pk]),
        "posted": _date_of(post.posted_at),
        "reactions": [(kind.value, ICONS[kind], kind.label, getattr(post, kind.value)) for kind in Reaction.Kind],
    }
    quoted = post.quoted if post.quoted and not (post.quoted.deleted_at or post.quoted.withheld_at) else None
    if quoted is not None:
        context |= {"quoted": quoted, "quoted_name": name_of(topic, quoted.author)}
    template = get_template("conversations/_post.html")
    put_aside = bool(post.withheld_at or post.deleted_at)
    own = tuple(template.render(context).split(cut))
    shown = tuple(template.render({**context, "stub": True}).split(cut)) if put_aside else own
    return Piece(
        pk=post.pk,
        number=post.number,
        author=post.author_id,
        person=post.author.person_id,
        quoted_person=quoted.author.person_id if quoted else None,
        shown=shown,
        own=own,
        put_aside=put_aside,
        buttons=not guest and post.deleted_at is None,
    )


def lay_over(
    posts: Posts, reader: Membership | None, *, own: Iterable[tuple[int, str]], unread_from: int
) -> SafeString:
    """The page's HTML for one reader. `own` are (post id, kind) of their reactions; `unread_from` a number, 0 for none.

    Cuts of the template, in order: before the name | you | quote before | quote | words | thanks | me too | helpful |
    own menu | others' menu | end.
    """
    apart = apart_from(reader)
    me = reader.pk if reader is not None else 0
    steward = reader is not None and reader.is_steward
    pressed = set(own)
    out: list[str] = []
    divided = not unread_from or unread_from <= (posts.first if posts.first > 1 else 1)
    for piece in posts.pieces:
        mine = piece.author == me
        if not mine and not steward and piece.person is not None and piece.person in apart:
            continue
        if not divided and piece.number >= unread_from:
            divided = True
            out.append(f'<p class="divider" id="new" tabindex="-1" data-focus>{_("New since you were here")}</p>')
        see_aside = piece.put_aside and (mine or steward)
        parts = piece.own if see_aside or not piece.put_aside else piece.shown
        hide_quote = piece.quoted_person is not None and not steward and piece.quoted_person in apart
        out.append(_joined(piece, parts, mine, pressed, hide_quote))
    return mark_safe("".join(out))  # noqa: S308 — every part was escaped by the template, or sanitised at write


def _joined(piece: Piece, parts: tuple[str, ...], mine: bool, pressed: set[tuple[int, str]], hide_quote: bool) -> str:
    if len(parts) != 11:  # a stub: nothing in it is personal
        return "".join(parts)
    head, you, before, quote, words, one, two, three, own_menu, other_menu, end = parts
    if not piece.buttons:
        states = ["", "", ""]
    elif mine:
        states = ['false" disabled="disabled'] * 3
    else:
        states = ["true" if (piece.pk, kind) in pressed else "false" for kind in KINDS]
    around = (head, you if mine else "", before, "" if hide_quote else quote, words)
    reactions = (states[0], one, states[1], two, states[2], three)
    return "".join((*around, *reactions, own_menu if mine else other_menu, end))

"""A private text never shows in any page, feed, search, mail, log or export that its reader may not see.

Every private text of the world is a word of its own. Each role reads whatever it can reach; whoever sees a word must be
among those who may, and each word must be seen by somebody who may, or the test would prove nothing.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from commonweal.communities.actions import inviting, persona
from commonweal.communities.models import Access
from commonweal.notices.mail import deliver

from .cast import make_community, make_member, make_person
from .routes import FOR_SUPPORTERS, INSIDE, OUTSIDE, ROLES, ROUTES, STEWARDS, table
from .world import MEMBERS, Place, make_place, run_outbox, sign_in

PAIR = ("author", "partner")
NOT_BLOCKED = tuple(role for role in INSIDE if role != "blocked")
OPEN = (*OUTSIDE, *NOT_BLOCKED)

#: word -> the roles of the same open place that may read it.
MAY_READ: dict[str, tuple[str, ...]] = {
    **{f"email{role}": (role,) for role in MEMBERS[1:]},
    **{f"trait{role}": (role,) for role in MEMBERS[1:] if role != "partner"},
    "traitpartner": INSIDE,
    **{f"about{role}": INSIDE for role in MEMBERS[1:] if role not in ("asked", "removed", "author", "blocked")},
    "aboutauthor": NOT_BLOCKED,
    "aboutblocked": tuple(role for role in INSIDE if role != "author"),
    "aboutremoved": ("removed",),
    "nameasked": ("asked", *STEWARDS),
    "broughtasked": ("asked", *STEWARDS),
    "nameremoved": ("removed", *STEWARDS),
    "nameauthor": OPEN,
    "removalreason": ("removed", *STEWARDS),
    "greeting": STEWARDS,
    **dict.fromkeys(("topic", "opening", "answer", "changed", "entry", "gathering", "campaign", "picture"), OPEN),
    "withheld": ("author", *STEWARDS),
    "hiddenopening": ("author", *STEWARDS),
    "hiddentopic": ("author", *STEWARDS),
    "regretted": ("author",),
    "takenback": ("author", *STEWARDS),  # for a day, then its words are erased
    "draft": ("author",),
    **dict.fromkeys(("anonymous", "anonymoustitle", "supporterreply"), FOR_SUPPORTERS),
    "request": NOT_BLOCKED,
    "requesttitle": NOT_BLOCKED,
    "urgency": NOT_BLOCKED,
    "held": ("author", *STEWARDS),
    "heldtitle": ("author", *STEWARDS),
    "nameless": INSIDE,
    "namelesstitle": INSIDE,
    **dict.fromkeys(("message", "privateanswer", "handover", "agreedhandover", "thanks", "fortwo"), PAIR),
    "circleplace": NOT_BLOCKED,
    "recap": PAIR,
    "proposedcircle": ("author", "partner", "supporter"),
    "liftarea": PAIR,  # those who come
    "homevisit": PAIR,
    "gatheringaddress": PAIR,
    "gatheringlink": PAIR,
    "accessneeds": PAIR,
    **dict.fromkeys(("lateraddress", "laterlink", "fortwoaddress", "fortwolink"), ("author",)),
    "pastaddress": ("author",),
    "reflection": ("partner",),
    "safety": ("partner", *STEWARDS),
    "campaigndraft": PAIR,
    "campaigndraftgoal": PAIR,
    **dict.fromkeys(("unsafe", "handoverunsafe"), ("steward", "founder")),
    "worry": ("partner", "steward"),  # on the case, which the founder is not
    "casenote": ("steward",),
    "volunteered": ("steward",),
    "letter": ("author", "steward"),
    "service": INSIDE,
    "report": ("author", *STEWARDS),
    "secondreport": ("partner", *STEWARDS),
    "explanation": ("author", *STEWARDS),
    "stewardnote": STEWARDS,
    "invitation_token": STEWARDS,
    "calendar_token": ("author",),
    **dict.fromkeys(("contactname", "contactemail", "knownas", "checkinwords", "checkinplan"), ("author",)),
    "applicationwhy": ("member", *STEWARDS),
    "debriefnote": ("supporter",),
}  # fmt: skip

#: Words that nobody needs to see anywhere (they are gone, or come back only by an action).
UNSEEN = ("regretted", "thanks", "safety")

#: Secret links: whoever has one may look, so nobody starts from them.
LINKS = {"invitation_token", "calendar_token", "home_token", "contact_token"}

#: What each role searches for.
SEARCHED = ("withheld", "anonymous", "request", "opening", "takenback", "changed", "message", "nameauthor", "fortwo",
            "hiddenopening", "entry", "resource", "campaigndraft", "traitauthor")  # fmt: skip

#: A block hides no vote, and the feed is the same for all the world.
BLOCKED_TOO = ("/c/river/act/decisions/", "/c/river/talk/feed/")

MOST_PAGES = 150


@pytest.fixture
def log() -> Iterator[list[str]]:
    """All that is logged, at the finest level."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    keeper, loggers = Keeper(), [logging.getLogger(name) for name in ("commonweal", "django")]
    before = [(one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.addHandler(keeper)
        one.setLevel(logging.DEBUG)
        one.propagate = False
    yield lines
    for one, (level, propagate) in zip(loggers, before, strict=True):
        one.removeHandler(keeper)
        one.setLevel(level)
        one.propagate = propagate


class World:
    """An open place, one by request and a hidden one; the author of the first has another face in the second."""

    def __init__(self) -> None:
        elsewhere = make_member(make_community("elsewhere"), "Elsewhere")
        founder = make_member(elsewhere.community, "Fay", "founder").person
        self.river = make_place("river", Access.OPEN, founder=founder)
        self.glen = make_place("glen", Access.REQUEST, founder=founder)
        self.cave = make_place("cave", Access.HIDDEN, founder=founder)
        letter = inviting.invite(membership=self.glen.fresh("founder"), people=3, days=3)
        face = inviting.accept_invitation(
            person=self.river.who["author"].person, invitation=letter, display_name=self.glen.word("othername")
        )
        persona.change_persona(
            membership=face, display_name=self.glen.word("othername"), about=self.glen.word("otherabout")
        )
        run_outbox()
        while deliver():
            pass
        self.people = {role: member.person for role, member in self.river.who.items()}
        self.people |= {"stranger": make_person("Stranger"), "elsewhere": elsewhere.person, "guest": None}

    def urls(self, role: str) -> list[str]:
        """Where a reader starts: the front door, and every page of the matrix they might know the number of."""
        places = [self.river]
        if role in ("guest", "stranger", "asked", "removed", "member"):
            places += [self.glen, self.cave]
        rows = [row for row in table() if row.name not in ("notices:go", "communities:first_start", "notices:stop")]
        found = ["/"]
        for place in places:
            for row in rows:
                private = LINKS & set(row.ids.values())
                if not private and (place is self.river or "slug" in ROUTES[row.name]):
                    found.append(row.url(place))
        found += [reverse("conversations:search", args=["river"]) + f"?q={self.river.word(what)}" for what in SEARCHED]
        return found


def everything_read_by(client: Client, start: list[str]) -> dict[str, str]:
    """address -> text of every page one gets to from `start` by following links inside the site."""
    seen: dict[str, str] = {}
    waiting, known = list(start), set(start)
    while waiting and len(seen) < len(start) + MOST_PAGES:
        url = waiting.pop(0)
        response = client.get(url)
        if response.status_code in (301, 302, 303):
            links = [response["Location"]]
            seen[url] = response["Location"]
        else:
            body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            seen[url] = body.decode(errors="replace") if response.status_code == 200 else ""
            links = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)', seen[url])
        for link in (link.replace("&amp;", "&") for link in links):
            if (
                link.startswith("/")
                and not link.startswith(("/static/", "/live/", "/languages/"))
                and link not in known
            ):
                known.add(link)
                waiting.append(link)
    return seen


def own_data(client: Client) -> str:
    response = client.post(reverse("people:download"))
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def without_echo(url: str, text: str) -> str:
    """A search page repeats what was asked for; that is no find."""
    asked = re.search(r"[?&]q=(\w+)", url)
    return re.sub(re.escape(asked.group(1)), "", text, count=text.count(f'"{asked.group(1)}"') + 2) if asked else text


@pytest.mark.django_db
def test_private_words_reach_only_those_they_are_for(log: list[str], settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = World()
    places: list[Place] = [world.river, world.glen, world.cave]
    words = {word: (place, what) for place in places for what, word in place.words.items()}
    words |= {world.river.ids[what]: (world.river, what) for what in ("invitation_token", "calendar_token")}
    find = re.compile("|".join(map(re.escape, words)))
    leaks: set[str] = set()
    read_by: dict[str, set[str]] = {}

    def look(role: str, where: str, text: str) -> None:
        for word in set(find.findall(without_echo(where, text))):
            place, what = words[word]
            read_by.setdefault(what, set()).add(role)
            if place is world.river:
                wrong = role not in MAY_READ.get(what, ROLES)
            else:  # those of the other places: the founder founded them, the author joined the glen
                wrong = role != "founder" and not (what == "community" and place is world.glen)
                wrong = wrong and not (role == "author" and place is world.glen)
            if role == "blocked" and where.startswith(BLOCKED_TOO):
                wrong = False
            if wrong:
                leaks.add(f"{role} sees {place.slug}'s {what} at {where.split('?')[0]}")

    for role in ROLES:
        client = sign_in(world.people[role])
        for url, text in everything_read_by(client, world.urls(role)).items():
            look(role, url, text)
            asks = re.search(r"zqriver(anonymous|nameless)\w*qz", text)
            spoken = asks and url.startswith(("/c/river/talk/", "/c/river/support/", "/c/river/report/"))
            if spoken and role != "hushed" and world.river.words["namehushed"] in text:
                leaks.add(f"{role} learns at {url} who asked without a name")
        if role != "guest":
            look(role, "my data", own_data(client))
    assert len(mail.outbox) > 20
    by_address = {person.email: role for role, person in world.people.items() if person}
    for message in mail.outbox:
        for address in message.to:
            if address in by_address:
                look(by_address[address], f"mail “{message.subject}”", f"{message.subject}\n{message.body}")
    logged = {word for line in log for word in find.findall(line.split("?")[0])}
    assert log, "nothing was logged at all: this proves nothing"
    assert logged == set()
    assert not leaks, "\n" + "\n".join(sorted(leaks))
    for what, readers in MAY_READ.items():
        if what not in UNSEEN:
            assert read_by.get(what, set()) & set(readers), f"nobody sees {what}: this proves nothing"


@pytest.mark.django_db
def test_some_names_are_kept_back_where_the_thing_itself_is_seen(settings: Any, tmp_path: Any) -> None:
    """Whoever pledged in private on a campaign, and the other one of an introduction before two yeses."""
    settings.MEDIA_ROOT = tmp_path
    place = make_place("river")

    def page(role: str, name: str, **ids: str) -> str:
        url = reverse(name, kwargs={"slug": "river", **{key: place.ids[of] for key, of in ids.items()}})
        return sign_in(place.who[role].person).get(url).content.decode()

    for role in (*NOT_BLOCKED, "blocked"):
        if role != "member":
            assert place.words["namemember"] not in page(role, "campaigns:campaign", campaign_id="campaign"), role
    for one, other in (("author", "supporter"), ("supporter", "author")):
        for shown in (page(one, "circles:introduction", introduction_id="pending"), page(one, "circles:introductions")):
            assert "grief" in shown
            assert place.words[f"name{other}"] not in shown
    for one, other in (("author", "partner"), ("partner", "author")):
        assert place.words[f"name{other}"] in page(one, "circles:introduction", introduction_id="opened")

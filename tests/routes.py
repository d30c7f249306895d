"""Who may use which page: the table behind the role × route matrix, and what the crawls of other tests start from.

A row says: the name of a route, where its ids come from (`Place.ids`), and its rule. A route has a row for every kind of
thing that its rule depends on (a topic for all, a topic for supporters, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from commonweal.communities.models import Access

from .world import Place

#: Everybody who asks. "stranger" belongs nowhere, "elsewhere" is a member of another place.
ROLES = (
    "guest", "stranger", "elsewhere", "asked", "removed", "blocked", "member", "hushed", "author", "partner",
    "supporter", "steward", "founder",
)  # fmt: skip
OUTSIDE, INSIDE = ROLES[:5], ROLES[5:]
STEWARDS = ("steward", "founder")
SUPPORTERS = ("supporter", *STEWARDS)

#: The verdicts.
IN, SIGN_IN, JOIN, HIDDEN = "in", "sign in", "join", "hidden"


class Rule:
    """What each role is answered. Without `only` and `but_not`, everybody to whom the kind of rule applies is let in."""

    def __init__(self, *, only: tuple[str, ...] = (), but_not: tuple[str, ...] = ()) -> None:
        self.only, self.but_not = only, but_not

    def verdict(self, role: str, access: str) -> str:
        raise NotImplementedError

    def when_sent(self, role: str, access: str) -> str:
        """The verdict on a form sent there, for a page that is also read."""
        return self.verdict(role, access)

    def verdicts(self, role: str, access: str) -> tuple[str, str]:
        return self.verdict(role, access), self.when_sent(role, access)

    def chosen(self, role: str) -> str:
        """For somebody who passed the door: in, unless this thing is not for them."""
        left_out = role in self.but_not or (self.only and role not in self.only)
        return HIDDEN if left_out else IN


def may_enter(role: str, access: str, *, front: bool = False) -> bool:
    if role in INSIDE or access == Access.OPEN:
        return True
    return front and access != Access.HIDDEN and role != "removed"


class Public(Rule):
    """The same for everybody, wherever they belong."""

    def verdict(self, role: str, access: str) -> str:
        return self.chosen(role)


class Own(Rule):
    """A page of one's own: everybody signed in, or only those whose thing it is."""

    def verdict(self, role: str, access: str) -> str:
        return SIGN_IN if role == "guest" else self.chosen(role)


class Front(Rule):
    """What a place shows to everybody who may know that it exists."""

    def verdict(self, role: str, access: str) -> str:
        return self.chosen(role) if may_enter(role, access, front=True) else HIDDEN


class Read(Rule):
    """What everybody reads who may look in: members, and in an open place all the world."""

    def verdict(self, role: str, access: str) -> str:
        return self.chosen(role) if may_enter(role, access) else HIDDEN

    def when_sent(self, role: str, access: str) -> str:
        """Only members write; others hear that before anything is looked up, so they learn nothing."""
        return Members(only=self.only, but_not=self.but_not).verdict(role, access)


class Members(Rule):
    """What members do. Whoever may look in is told to sign in or to join first."""

    def verdict(self, role: str, access: str) -> str:
        if not may_enter(role, access):
            return HIDDEN
        if role == "guest":
            return SIGN_IN
        return self.chosen(role) if role in INSIDE else JOIN


class OpenOnly(Read):
    """What exists only in an open place (its feed)."""

    def verdict(self, role: str, access: str) -> str:
        return IN if access == Access.OPEN else HIDDEN


class Gone(Rule):
    """What this instance does not have (the demonstration's pages, outside the demonstration)."""

    def verdict(self, role: str, access: str) -> str:
        return HIDDEN


class Joining(Rule):
    """The form to join: guests sign in first, and for those inside and where nobody joins it leads to the front page."""

    def verdict(self, role: str, access: str) -> str:
        if not may_enter(role, access, front=True):
            return HIDDEN
        if role == "guest":
            return SIGN_IN
        return JOIN if role in INSIDE or access not in (Access.OPEN, Access.REQUEST) else IN


class Leaving(Rule):
    """Leaving, or taking a request back: for everybody else it leads to the front page."""

    def verdict(self, role: str, access: str) -> str:
        if not may_enter(role, access, front=True):
            return HIDDEN
        return IN if role in (*INSIDE, "asked") else JOIN


class Invited(Rule):
    """An invitation link: whoever has it gets in; those inside are led to the front page."""

    def verdict(self, role: str, access: str) -> str:
        return JOIN if role in INSIDE else IN


@dataclass(frozen=True)
class Row:
    """One route with one set of ids. `door` is the door behind which it stands, if it does."""

    name: str
    rule: Rule
    ids: dict[str, Any]
    query: str = ""
    door: str = ""

    def url(self, place: Place) -> str:
        """Where it is in this place: a name in `ids` stands for the id of that thing, anything else for itself."""
        literal = ("kind", "step", "number")
        arguments = {key: value if key in literal else place.ids.get(value, value) for key, value in self.ids.items()}
        if ROUTES[self.name].startswith("c/<slug:slug>"):
            arguments["slug"] = place.slug
        query = self.query.format(**place.ids)
        return reverse(self.name, kwargs=arguments) + query

    def __str__(self) -> str:
        return f"{self.name} {self.ids or ''}{self.query}"


def every_route(patterns: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    """(name, pattern, view) of every route of ours. Pages of other packages guard themselves."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from every_route(entry.url_patterns, where, inner)
        elif isinstance(entry, URLPattern):
            module = getattr(entry.callback, "__module__", "")
            if module.startswith("commonweal"):
                yield f"{space}{entry.name}", where, entry.callback


ROUTES = {name: pattern for name, pattern, _view in every_route()}

EVERYONE, OWN, FRONT, READ, MEMBERS = Public(), Own(), Front(), Read(), Members()
AUTHOR = Members(only=("author",))
PAIR = Members(only=("author", "partner"))
STEWARD, SUPPORTER = Members(only=STEWARDS), Members(only=SUPPORTERS)
#: By the author, who has blocked "blocked": neither sees the other.
APART_READ, APART = Read(but_not=("blocked",)), Members(but_not=("blocked",))
FOR_SUPPORTERS = (*SUPPORTERS, "hushed")


class Request(Read):
    """A request for support: members only, even where all the world may look in."""

    def verdict(self, role: str, access: str) -> str:
        seen = super().verdict(role, access)
        return seen if role in INSIDE else HIDDEN


def row(name: str, rule: Rule, query: str = "", **ids: Any) -> Row:
    route = ROUTES.get(name, "")
    doors = ("talk", "support", "meet", "exchange", "act", "library")
    door = next((key for key in doors if route.startswith(f"c/<slug:slug>/{key}/")), "")
    return Row(name, rule, ids, query, "" if name in BESIDE_THE_DOOR else door)


#: Under a door's address, but open when the door is closed: search covers all doors; stewards still look after words
#: about safety and after the help lines, which stand on every page.
BESIDE_THE_DOOR = (
    "conversations:search", "gatherings:worries", "gatherings:worry_seen", "support:lines", "support:held",
    "support:decide",
)  # fmt: skip


def _people() -> Iterator[Row]:
    for name in ("me", "profile", "times", "place", "age", "language", "consents", "blocks", "end_session", "download",
                 "close", "kept"):  # fmt: skip
        yield row(f"people:{name}", OWN)


def _communities() -> Iterator[Row]:
    for name in ("today", "manifest", "service_worker", "offline", "languages"):
        yield row(name, EVERYONE)
    for name in ("style", "demo:sign_in", "demo:sign_in_as"):
        if name in ROUTES:
            yield row(name, Gone())
    yield row("communities:met", OWN)
    yield row("communities:met_step", Own(only=("nobody",)))  # an empty form names no step
    yield row(
        "communities:reflect",
        Own(only=("author", "partner")),
        moment="after",
        kind="gatherings.gathering",
        thing_id="past",
    )
    yield row("communities:directory", EVERYONE)
    yield row("communities:found", EVERYONE)
    yield row("communities:first_start", EVERYONE, token="none")
    yield row("communities:found_step", EVERYONE, step="name")
    yield row("communities:invitation", Invited(), token="invitation_token")
    for name in ("front", "about", "rules", "more"):
        yield row(f"communities:{name}", FRONT)
    yield row("communities:join", Joining())
    yield row("communities:leave", Leaving())
    yield row("communities:removed", Public(only=("removed",)))
    for name in ("persona", "people", "roles", "invitations"):
        yield row(f"communities:{name}", MEMBERS)
    for name in ("requests", "settings", "doors", "words", "chapter"):
        yield row(f"communities:{name}", STEWARD)
    for name in ("member", "greet", "block"):
        yield row(f"communities:{name}", APART, member_id="author_id")
        yield row(f"communities:{name}", MEMBERS, member_id="partner_id")
        yield row(f"communities:{name}", Members(only=("nobody",)), member_id="asked_id")
        yield row(f"communities:{name}", Members(only=("nobody",)), member_id="removed_id")
    yield row("communities:vettings", STEWARD)
    yield row("communities:vet", STEWARD, member_id="member_id")
    yield row("communities:vet", Members(only=("nobody",)), member_id="removed_id")
    for name in ("role", "remove"):
        yield row(f"communities:{name}", STEWARD, member_id="member_id")
    yield row("communities:readmit", STEWARD, member_id="removed_id")
    yield row("communities:answer", STEWARD, member_id="asked_id")
    yield row("communities:withdraw", STEWARD, invitation_id="invitation")
    yield row("communities:chapters", FRONT)


def _conversations() -> Iterator[Row]:
    yield row("conversations:topics", READ)
    yield row("conversations:search", READ, "?q=the")
    yield row("conversations:new", MEMBERS)
    yield row("conversations:feed", OpenOnly())
    yield row("conversations:topic", APART_READ, topic_id="topic")
    yield row("conversations:topic", Request(only=FOR_SUPPORTERS), topic_id="request_topic")
    yield row("conversations:topic", Request(but_not=("blocked",)), topic_id="plain_topic")
    yield row("conversations:topic", Request(), topic_id="nameless_topic")
    yield row("conversations:topic", Read(only=("author", *STEWARDS)), topic_id="withheld_topic")
    yield row("conversations:since", APART_READ, topic_id="topic", number=0)
    yield row("conversations:since", Request(only=FOR_SUPPORTERS), topic_id="request_topic", number=0)
    yield row("conversations:react", Members(only=("nobody",)), topic_id="topic")  # an empty form names no post
    yield row("conversations:watch", Members(only=("nobody",)), topic_id="topic")  # nor what to do
    yield row("conversations:edit", AUTHOR, post_id="post")
    yield row("conversations:edit", AUTHOR, post_id="withheld_post")
    yield row("conversations:edit", Members(only=("nobody",)), post_id="gone_post")
    yield row("conversations:edit", Members(only=("hushed",)), post_id="request_post")
    yield row("conversations:history", APART_READ, post_id="changed_post")
    yield row("conversations:history", Read(only=("author", *STEWARDS)), post_id="withheld_post")
    yield row("conversations:history", Read(only=("nobody",)), post_id="gone_post")
    yield row("conversations:history", Request(only=FOR_SUPPORTERS), post_id="request_post")
    yield row("conversations:take_back", AUTHOR, post_id="post")
    yield row("conversations:take_back", AUTHOR, post_id="gone_post")
    yield row("conversations:picture", APART_READ, picture_id="picture")
    yield row("conversations:ask_to_talk", Members(but_not=("blocked", "author")), member_id="author_id")
    yield row("conversations:ask_to_talk", Members(only=("nobody",)), member_id="removed_id")
    yield row("conversations:ask_to_talk", Members(only=("nobody",)), "?topic={nameless_topic}", member_id="hushed_id")
    yield row("conversations:private", OWN)
    talk = Own(only=("author", "partner"))
    yield row("conversations:conversation", talk, conversation_id="conversation")
    yield row("conversations:conversation_since", talk, conversation_id="conversation", number=0)
    yield row("conversations:show_to_stewards", talk, conversation_id="conversation")
    yield row("conversations:answer", Own(only=("nobody",)), conversation_id="conversation")
    yield row("conversations:draft", Own(only=("nobody",)))
    yield row("conversations:draft", OWN, "?key=topic:1")


def _support() -> Iterator[Row]:
    yield row("support:help_now", EVERYONE)
    yield row("support:requests", READ)
    yield row("support:ask", MEMBERS)
    yield row("support:draft", MEMBERS)
    yield row("support:queue", SUPPORTER)
    yield row("support:duty", SUPPORTER)
    yield row("support:lines", STEWARD)
    for name in ("giving", "withdraw", "tick", "agree"):
        yield row(f"support:{name}", MEMBERS)
    for name in ("renew", "break", "notes", "erase_note"):
        yield row(f"support:{name}", SUPPORTER)
    for name in ("supporters", "standard"):
        yield row(f"support:{name}", STEWARD)
    yield row("support:rota", SUPPORTER)
    yield row("support:slot", SUPPORTER, slot_id="slot")
    yield row("support:answer_application", STEWARD, application_id="application")
    yield row("support:acknowledge", SUPPORTER, request_id="request")
    yield row("support:helped", Members(only=FOR_SUPPORTERS), request_id="request")
    yield row("support:helped", APART, request_id="plain_request")
    for name in ("not_yet", "how_it_is"):
        yield row(f"support:{name}", Members(only=FOR_SUPPORTERS), request_id="request")
        yield row(f"support:{name}", APART, request_id="plain_request")
    yield row("support:measured", MEMBERS)
    yield row("support:held", STEWARD)
    yield row("support:decide", STEWARD, hold_id="hold")
    yield row("support:name", STEWARD, request_id="request")
    yield row("support:name", Members(only=("nobody",)), request_id="plain_request")
    yield from _crisis_desk()


def _crisis_desk() -> Iterator[Row]:
    yield row("support:policy", EVERYONE)
    yield row("support:letter", Own(only=("author",)), letter_id="letter")
    yield row("support:worry", APART, post_id="post")
    yield row("support:worry", Members(only=FOR_SUPPORTERS), post_id="request_post")
    yield row("support:worry", Members(only=("nobody",)), post_id="gone_post")
    yield row("support:concerns", STEWARD)
    yield row("support:concern", STEWARD, concern_id="concern")
    yield row("support:concern_step", STEWARD, concern_id="concern", step="join")
    yield row("support:concern_step", Members(only=("nobody",)), concern_id="concern", step="other")
    for name in ("services", "service_new", "service_import", "service_template"):
        yield row(f"support:{name}", STEWARD)
    for name in ("service", "service_check"):
        yield row(f"support:{name}", STEWARD, service_id="service")
    yield row("support:line_correct", STEWARD, key="gb-shout")


def _circles() -> Iterator[Row]:
    for name in ("introductions", "suggest", "circles", "start", "wishes", "places"):
        yield row(f"circles:{name}", MEMBERS)
    for name in ("rounds", "pauses", "invite"):
        yield row(f"circles:{name}", STEWARD)
    yield row("circles:look", STEWARD, pause_id="pause")
    yield row("circles:withdraw", STEWARD, place_id="place")
    yield row("circles:introduce", Members(only=("nobody",)))
    yield row("circles:introduce", Members(but_not=("blocked",)), "?topic={topic}")
    yield row("circles:introduce", Members(only=FOR_SUPPORTERS), "?topic={request_topic}")
    for name in ("introduction", "answer", "met", "felt"):
        yield row(f"circles:{name}", PAIR, introduction_id="opened")
        yield row(f"circles:{name}", Members(only=("author", "supporter")), introduction_id="pending")
    for name in ("circle", "seat", "change", "what_next"):
        yield row(f"circles:{name}", Members(only=("nobody",)), circle_id="proposed_circle")
    for name in ("circle", "seat", "look_after", "what_next"):
        yield row(f"circles:{name}", APART, circle_id="circle")
    for name in ("session", "there"):
        yield row(f"circles:{name}", APART, circle_id="circle", number=1)
    yield row("circles:change", AUTHOR, circle_id="circle")
    for name in ("change_session", "held"):
        yield row(f"circles:{name}", AUTHOR, circle_id="circle", number=1)
    yield row("circles:invitation", Members(only=("partner",)), invitation_id="circle_invitation")


def _gatherings() -> Iterator[Row]:
    yield row("gatherings:list", READ)
    yield row("gatherings:plan", MEMBERS)
    yield row("gatherings:worries", STEWARD)
    yield row("gatherings:worry_seen", STEWARD, word_id="safety_word")
    for name in ("gathering", "calendar"):
        yield row(f"gatherings:{name}", APART_READ, gathering_id="gathering")
        yield row(f"gatherings:{name}", APART_READ, gathering_id="past")
        yield row(f"gatherings:{name}", Read(only=("author", "partner")), gathering_id="for_two")
    for name in ("answer", "hosting"):
        yield row(f"gatherings:{name}", APART, gathering_id="later")
        yield row(f"gatherings:{name}", PAIR, gathering_id="for_two")
    yield row("gatherings:afterwards", APART, gathering_id="past")
    for name in ("edit", "took_place", "recap"):
        yield row(f"gatherings:{name}", AUTHOR, gathering_id="past" if name != "edit" else "later")
    yield row("gatherings:cancel", Members(only=("author", *STEWARDS)), gathering_id="later")
    yield row("gatherings:cancel", AUTHOR, gathering_id="for_two")
    yield row("gatherings:offer_lift", APART, gathering_id="later")
    yield row("gatherings:offer_lift", PAIR, gathering_id="for_two")
    yield row("gatherings:lift", Members(only=("nobody",)), lift_id="lift")  # an empty form names no step
    yield row("gatherings:ask_host", AUTHOR, gathering_id="later")
    yield row("gatherings:feed_settings", OWN)
    yield row("gatherings:feed", EVERYONE, token="calendar_token")
    for name in ("check_ins", "check_in_new"):
        yield row(f"gatherings:{name}", OWN)
    for name in ("check_in", "home", "longer", "cancel_check_in"):
        yield row(f"gatherings:{name}", Own(only=("author",)), check_in_id="check_in")
    yield row("gatherings:forget_contact", Own(only=("author",)), contact_id="contact")
    yield row("gatherings:home_by_link", EVERYONE, token="home_token")
    yield row("gatherings:agree", EVERYONE, token="contact_token")


def _exchange() -> Iterator[Row]:
    yield row("exchange:list", READ)
    yield row("exchange:new", MEMBERS)
    yield row("exchange:entry", APART_READ, entry_id="entry")
    yield row("exchange:entry", APART_READ, entry_id="agreed_entry")
    yield row("exchange:edit", AUTHOR, entry_id="entry")
    yield row("exchange:withdraw", AUTHOR, entry_id="entry")
    yield row("exchange:answer", APART, entry_id="entry")
    yield row("exchange:come_along", Members(only=("supporter",)), handover_id="home_visit")
    yield row("exchange:entry", APART_READ, entry_id="home_entry")
    for name in ("take_back", "agree", "happened", "fell_through", "felt", "thanks"):
        yield row(f"exchange:{name}", PAIR, handover_id="handover")
        yield row(f"exchange:{name}", PAIR, handover_id="agreed_handover")


def _campaigns() -> Iterator[Row]:
    yield row("campaigns:list", READ)
    yield row("campaigns:finished", READ)
    yield row("campaigns:start", MEMBERS)
    yield row("campaigns:campaign", APART_READ, campaign_id="campaign")
    yield row("campaigns:campaign", Read(only=("author", "partner")), campaign_id="draft_campaign")
    yield row("campaigns:sign", APART, campaign_id="campaign")
    yield row("campaigns:sign", PAIR, campaign_id="draft_campaign")
    yield row("campaigns:pledge_step", APART, campaign_id="campaign", part_id="pledge", step="pledge")
    yield row(
        "campaigns:pledge_step", Members(only=("nobody",)), campaign_id="campaign", part_id="pledge", step="other"
    )
    yield row(
        "campaigns:pledge_step", Members(only=("nobody",)), campaign_id="draft_campaign", part_id="pledge", step="did"
    )
    yield row("campaigns:work_step", APART, campaign_id="campaign", part_id="work", step="take")
    yield row("campaigns:answer", APART, campaign_id="campaign")
    for name in ("ask", "change", "launch", "open_pledge", "offer_work", "set_milestone", "post_update"):
        yield row(f"campaigns:{name}", PAIR, campaign_id="campaign")
        yield row(f"campaigns:{name}", AUTHOR, campaign_id="draft_campaign")
    yield row("campaigns:confirm_work", PAIR, campaign_id="campaign", part_id="taking")
    yield row("campaigns:reach_milestone", PAIR, campaign_id="campaign", part_id="milestone")
    yield row("campaigns:close", Members(only=("author", "partner", *STEWARDS)), campaign_id="campaign")


def _decisions() -> Iterator[Row]:
    yield row("decisions:list", READ)
    yield row("decisions:list", READ, "?what=maps")
    yield row("decisions:propose", MEMBERS)
    yield row("decisions:ask", MEMBERS)
    yield row("decisions:proposal", READ, proposal_id="proposal")
    for name in ("vote", "decide", "finish"):
        yield row(f"decisions:{name}", MEMBERS, proposal_id="proposal")
    yield row("decisions:map", READ, map_id="map")
    yield row("decisions:mine", MEMBERS, map_id="map")
    yield row("decisions:state", MEMBERS, map_id="map")
    yield row("decisions:answer", MEMBERS, map_id="map", statement_id="statement")


def _library() -> Iterator[Row]:
    yield row("library:list", READ)
    yield row("library:new", MEMBERS)
    yield row("library:resource", READ, resource_id="resource")
    yield row("library:check", MEMBERS, resource_id="resource")
    for name in ("edit", "remove"):
        yield row(f"library:{name}", Members(only=("author", *STEWARDS)), resource_id="resource")


def _rest() -> Iterator[Row]:
    yield row("moderation:desk", STEWARD)
    yield row("moderation:case", STEWARD, case_id="case")
    yield row("moderation:note", STEWARD, case_id="case")
    yield row("moderation:first_messages", STEWARD)
    yield row("moderation:log", READ)
    yield row("moderation:mine", OWN)
    yield row("moderation:about_me", Own(only=("author",)), case_id="decided_case")
    yield row("moderation:about_me", Own(only=("nobody",)), case_id="case")
    report = "moderation:report"
    yield row(report, APART, kind="post", thing_id="post")
    yield row(report, Members(only=FOR_SUPPORTERS), kind="post", thing_id="request_post")
    yield row(report, Members(only=("author", *STEWARDS)), kind="post", thing_id="withheld_post")
    yield row(report, Members(only=("nobody",)), kind="post", thing_id="gone_post")
    yield row(report, Members(only=("nobody",)), kind="nothing", thing_id="post")
    yield row(report, Members(but_not=("blocked", "author")), kind="member", thing_id="author_id")
    yield row(report, Members(only=("partner",)), kind="private", thing_id="shown")
    yield row(report, APART, kind="gathering", thing_id="gathering")
    yield row(report, PAIR, kind="gathering", thing_id="for_two")
    yield row("insight:pulse", READ)
    yield row("notices:inbox", OWN)
    yield row("notices:read_all", OWN)
    yield row("notices:settings", OWN)
    yield row("notices:go", Own(only=("author",)), notice_id="notice")
    yield row("notices:stop", EVERYONE, token="stop_token")


def table() -> list[Row]:
    parts = (_people, _communities, _conversations, _support, _circles, _gatherings, _exchange, _campaigns, _decisions,
             _library, _rest)  # fmt: skip
    return [one for part in parts for one in part()]

"""A world for tests of who may see and do what: a place with somebody in every role and one object of every kind.

Everything is made through the real actions. Every private text is a word that occurs nowhere else (`Place.words`), so
that a test can look for it in whatever is sent to somebody.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from PIL import Image

from commonweal.campaigns import actions as campaigning
from commonweal.campaigns import pledges, shifts
from commonweal.circles import actions as introducing
from commonweal.circles import series, wishes
from commonweal.circles.facilitating import say_who_was_there
from commonweal.circles.inviting import propose_circle
from commonweal.circles.models import Introduction, Session
from commonweal.circles.proposing import propose as propose_pair
from commonweal.communities.actions import founding, inviting, joining, persona, stewarding, welcoming
from commonweal.communities.models import Access, Community, Invitation, Membership, Welcome
from commonweal.conversations import actions as talking
from commonweal.conversations.actions.pictures import Picture
from commonweal.conversations.actions.posts import withhold_post
from commonweal.decisions import actions as deciding
from commonweal.decisions import opinion_actions
from commonweal.exchange import actions as exchanging
from commonweal.exchange import handovers
from commonweal.gatherings import actions as gathering
from commonweal.gatherings import afterwards, lifts, seats
from commonweal.gatherings.checkin.actions import start_check_in
from commonweal.gatherings.checkin.contacts import NewContact, answer_as_contact
from commonweal.gatherings.models import Feed, SafetyWord
from commonweal.kit import clock
from commonweal.kit.ids import link_token
from commonweal.kit.images import redraw
from commonweal.library import actions as shelving
from commonweal.moderation import actions as moderating
from commonweal.moderation.models import Case
from commonweal.notices.stops import url_for
from commonweal.people import actions as people
from commonweal.people import reflecting
from commonweal.people.models import Person
from commonweal.support import actions as supporting
from commonweal.support.actions import looking_after
from commonweal.support.actions.applying import apply_to_support
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.actions.emergencies import decide_to_call
from commonweal.support.actions.planning import open_slot
from commonweal.support.actions.resting import keep_note
from commonweal.support.actions.services import add_service
from commonweal.support.models import Hold

#: Who belongs to a place, in the order in which they came.
MEMBERS = ("founder", "steward", "supporter", "member", "author", "partner", "blocked", "hushed", "asked", "removed")


@dataclass
class Place:
    """A community, its people by role, the ids of its objects, and the private words said in it."""

    community: Community
    who: dict[str, Membership] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.community.slug

    def word(self, what: str) -> str:
        """A word that is said once in the whole world."""
        return self.words.setdefault(what, f"zq{self.slug}{what}qz")

    def fresh(self, role: str) -> Membership:
        """The membership as the database has it now."""
        found = Membership.objects.select_related("person", "community").get(pk=self.who[role].pk)
        self.who[role] = found
        return found


def make_account(word: str) -> Person:
    person = Person.objects.create_user(f"{word}@example.org")
    people.set_free_times(person=person, availability=0b111, time_zone="UTC")
    return person


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    return made.getvalue()


def make_place(slug: str, access: str = Access.OPEN, *, founder: Person | None = None) -> Place:
    """A community with everybody in it who can be, long ago, and then everything that can be said and done.

    Only founders found a second place: give the `founder` of the first.
    """
    place = Place(Community(slug=slug))
    with clock.at(clock.now() - timedelta(days=200)):
        _people(place, slug, access, founder or make_account(place.word("emailfounder")))
    for make in (_talk, _support, _private, _introductions, _circle, _exchange, _gatherings, _past, _campaigns,
                 _decisions, _library, _moderation, _links):  # fmt: skip
        make(place)
    return place


def _people(place: Place, slug: str, access: str, founder: Person) -> None:
    place.community = founding.found_community(
        person=founder, display_name=place.word("namefounder"), name=place.word("community"), purpose="Neighbours.",
        kind="neighbourhood", access=access, country="GB", slug=slug, matters_most="That nobody waits.",
    )  # fmt: skip
    place.who["founder"] = Membership.objects.get(community=place.community, person=founder)
    letter = inviting.invite(membership=place.fresh("founder"), people=20, days=60)
    for role in MEMBERS[1:]:
        person = make_account(place.word(f"email{role}"))
        words = {"display_name": place.word(f"name{role}"), "brought": place.word(f"brought{role}")}
        if role == "asked" and access == Access.REQUEST:
            asked = joining.ask_to_join(person=person, community=place.community, **words)
        elif role == "asked":  # the other kinds of access take no requests; somebody may have asked before it changed
            Membership.objects.create(
                person=person, community=place.community, state="asked", asked_at=clock.now(), **words
            )
            asked = Membership.objects.get(person=person)
        else:
            asked = inviting.accept_invitation(person=person, invitation=letter, **words)
        place.who[role] = asked
        traits = {kind: [] for kind in ("experience", "interest", "language", "give", "need")}
        people.describe_oneself(person=person, said={**traits, "experience": [place.word(f"trait{role}")]})
        if role == "asked":
            continue
        persona.change_persona(
            membership=place.fresh(role), about=place.word(f"about{role}"),
            shown=["experience"] if role == "partner" else [], welcomes=role == "partner", **words,
        )  # fmt: skip
    for role in ("supporter", "steward"):
        stewarding.change_role(membership=place.fresh("founder"), member=place.fresh(role), role=role)
    stewarding.remove_member(
        membership=place.fresh("steward"), member=place.fresh("removed"), reason=place.word("removalreason")
    )
    people.block(
        blocker=place.who["author"].person, blocked=place.who["blocked"].person, known_as=place.word("nameblocked")
    )
    for role in MEMBERS:
        place.fresh(role)
    welcome = Welcome.objects.filter(welcomer=place.who["founder"], greeted_at__isnull=True).first()
    if welcome is not None:
        welcoming.greet(membership=place.who["founder"], newcomer=welcome.newcomer, message=place.word("greeting"))
        place.ids["greeted"] = welcome.newcomer_id
    place.ids |= {f"{role}_id": member.pk for role, member in place.who.items()}


def _talk(place: Place) -> None:
    author, partner, steward = (place.who[role] for role in ("author", "partner", "steward"))
    pictures = [Picture(image=redraw(io.BytesIO(picture())), description=place.word("picture"))]
    topic = talking.start_topic(
        membership=author, title=f"The night bus {place.word('topic')}", text=place.word("opening"), pictures=pictures
    )
    post = topic.posts.get()
    changed = talking.reply(membership=author, topic=topic, text=f"At first {place.word('changed')}")
    talking.change_post(membership=author, post=changed, text="Then otherwise")
    answer = talking.reply(membership=partner, topic=topic, text=f"An answer {place.word('answer')}", quoted=post)
    withheld = talking.reply(membership=author, topic=topic, text=f"Rude {place.word('withheld')}")
    gone = talking.reply(membership=author, topic=topic, text=f"Regretted {place.word('regretted')}")
    talking.change_post(membership=author, post=gone, text=f"Still {place.word('takenback')}")
    gone.refresh_from_db()
    talking.take_back_post(membership=author, post=gone)
    withhold_post(steward=steward, post=withheld)
    out = talking.start_topic(membership=author, title=place.word("hiddentopic"), text=place.word("hiddenopening"))
    withhold_post(steward=steward, post=out.posts.get())
    talking.save_draft(person_id=author.person_id, key=f"topic:{topic.pk}", fields={"text": place.word("draft")})
    place.ids |= {
        "topic": topic.pk, "post": post.pk, "answer": answer.pk, "withheld_post": withheld.pk, "gone_post": gone.pk,
        "picture": post.attachments.get().pk, "changed_post": changed.pk, "withheld_topic": out.pk,
        "withheld_topic_post": out.posts.get().pk,
    }  # fmt: skip


def _support(place: Place) -> None:
    hushed, author = place.who["hushed"], place.who["author"]
    request = supporting.ask_for_support(
        membership=hushed, text=f"It is hard {place.word('anonymous')}", kinds=["emotional"],
        title=place.word("anonymoustitle"), anonymous=True, audience="supporters",
    )  # fmt: skip
    talking.reply(membership=place.who["supporter"], topic=request.topic, text=place.word("supporterreply"))
    plain = supporting.ask_for_support(
        membership=author, text=place.word("request"), kinds=["tangible"], title=place.word("requesttitle"),
        urgency=place.word("urgency"),
    )  # fmt: skip
    held = supporting.ask_for_support(
        membership=author, text=f"{place.word('held')}: how many pills would kill me?", kinds=["emotional"],
        title=place.word("heldtitle"),
    )  # fmt: skip
    nameless = supporting.ask_for_support(
        membership=hushed,
        text=place.word("nameless"),
        kinds=["network"],
        anonymous=True,
        title=place.word("namelesstitle"),
    )
    application = apply_to_support(membership=place.who["member"], why=place.word("applicationwhy"))
    keep_note(membership=place.who["supporter"], text=place.word("debriefnote"))
    slot = open_slot(membership=place.who["steward"], weekday=1, hour=20, hours=4)
    place.ids |= {"application": application.pk, "slot": slot.pk}
    place.ids |= {
        "request": request.pk, "request_topic": request.topic_id, "request_post": request.topic.posts.first().pk,
        "plain_request": plain.pk, "plain_topic": plain.topic_id, "nameless_request": nameless.pk,
        "nameless_topic": nameless.topic_id, "hold": Hold.objects.get(post__topic=held.topic_id).pk,
        "held_topic": held.topic_id,
    }  # fmt: skip
    _crisis_desk(place)


def _crisis_desk(place: Place) -> None:
    """A case about the author, raised by the partner, with the steward on it and not the founder."""
    from commonweal.conversations.models import Post

    post, steward = Post.objects.get(pk=place.ids["post"]), place.who["steward"]
    concern = raise_concern(post=post, membership=place.who["partner"], words=place.word("worry"))
    looking_after.join_case(steward=steward, concern=concern)
    looking_after.assess(steward=steward, concern=concern, danger="yes", others_safe="unsure")
    looking_after.write_note(steward=steward, concern=concern, text=place.word("casenote"))
    letter = looking_after.write_privately(steward=steward, concern=concern, text=place.word("letter"))
    decide_to_call(steward=steward, concern=concern, volunteered=place.word("volunteered"))
    service = add_service(
        membership=steward,
        said={"kind": "service", "name": place.word("service"), "web": "https://example.org",
              "source": "https://example.org/page", "looked_up": clock.now().date()},
    )  # fmt: skip
    place.ids |= {"concern": concern.pk, "letter": letter.pk, "service": service.pk}


def _private(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    talk = talking.ask_to_talk(membership=author, other=partner, text=f"Between us {place.word('message')}")
    theirs = talk.participants.get(membership=partner)
    talking.answer_request(participant=theirs, accept=True)
    talking.send_message(participant=talk.participants.get(membership=partner), text=place.word("privateanswer"))
    shown = talking.show_messages(participant=talk.participants.get(membership=partner), messages=[1])
    place.ids |= {"conversation": talk.pk, "shown": shown.pk}


def _introductions(place: Place) -> None:
    author, partner, supporter = (place.who[role] for role in ("author", "partner", "supporter"))
    for member in (author, partner, supporter):
        people.answer_consent(person=member.person, purpose="introductions", given=True)
    reasons: list[dict[str, object]] = [{"kind": "experience", "value": "grief"}]
    pending = propose_pair(
        community=place.community, pair=_pair(author, supporter), reasons=reasons, proposed_by=place.who["steward"].pk
    )
    opened = propose_pair(community=place.community, pair=_pair(author, partner), reasons=reasons)
    assert pending is not None
    assert opened is not None
    for member in (author, partner):
        introducing.answer(membership=member, introduction=Introduction.objects.get(pk=opened.pk), yes=True)
    felt = wishes.pause(about=author, told_by=partner, words=place.word("unsafe"))
    good = wishes.add_place(membership=place.who["steward"], name="River library", area="Mill Lane", why="Quiet")
    place.ids |= {"pending": pending.pk, "opened": opened.pk, "pause": felt.pk, "place": good.pk}


def _pair(one: Membership, other: Membership) -> tuple[int, int]:
    return (min(one.pk, other.pk), max(one.pk, other.pk))


def _circle(place: Place) -> None:
    circle = series.start_circle(
        membership=place.who["author"], name="Tuesday six", purpose="Company", place=place.word("circleplace"),
        first_at=clock.now() + timedelta(days=4),
    )  # fmt: skip
    series.take_seat(membership=place.who["partner"], circle=circle)
    place.ids["circle"] = circle.pk
    with clock.at(circle.first_at + timedelta(hours=2)):
        first = Session.objects.select_related("circle").get(circle=circle, number=1)
        say_who_was_there(
            membership=place.who["author"], session=first, present=[place.who["partner"].pk], recap=place.word("recap")
        )
    asked = propose_circle(
        community=place.community, members=[place.who[role] for role in ("author", "partner", "supporter")],
        name=f"Five {place.word('proposedcircle')}", purpose="Company",
    )  # fmt: skip
    place.ids |= {
        "proposed_circle": asked.pk,
        "circle_invitation": asked.invitations.get(membership=place.who["partner"]).pk,
    }


def _exchange(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    until = (clock.now() + timedelta(days=20)).date()
    entry = exchanging.make_entry(
        membership=author, kind="ask", what="thing", title=f"A ladder {place.word('entry')}", until=until
    )
    handover = exchanging.propose_handover(membership=partner, entry=entry, words=place.word("handover"))
    agreed = exchanging.make_entry(membership=author, kind="offer", what="thing", title="Apples", until=until)
    done = exchanging.propose_handover(membership=partner, entry=agreed, words=place.word("agreedhandover"))
    exchanging.agree_handover(membership=author, handover=done)
    done.refresh_from_db()
    for member in (author, partner):
        handovers.say_it_happened(membership=member, handover=done, happened=True, helped="yes")
    done.refresh_from_db()
    handovers.thank(membership=partner, handover=done, text=place.word("thanks"))
    handovers.say_how_it_felt(
        membership=author, handover=done, again="no", felt_safe=False, words=place.word("handoverunsafe")
    )
    home = exchanging.make_entry(
        membership=author, kind="ask", what="time", title="A form to fill in", until=until, at_home=True
    )
    visit = exchanging.propose_handover(
        membership=partner, entry=home, words=place.word("homevisit"), companion=place.who["supporter"]
    )
    place.ids |= {"home_entry": home.pk, "home_visit": visit.pk}
    place.ids |= {"entry": entry.pk, "handover": handover.pk, "agreed_entry": agreed.pk, "agreed_handover": done.pk}


def _plan(place: Place, host: str, word: str, start: datetime, **more: Any) -> Any:
    return gathering.plan_gathering(
        membership=place.who[host], title=f"Soup {place.word(word)}", starts_at=start,
        ends_at=start + timedelta(hours=2), area="the mill", address=place.word(f"{word}address"),
        link=f"https://meet.example.org/{place.word(f'{word}link')}", **more,
    )  # fmt: skip


def _gatherings(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    soup = _plan(place, "author", "gathering", clock.now() + timedelta(hours=6))
    seats.answer_gathering(membership=partner, gathering=soup, answer="yes", access_needs=place.word("accessneeds"))
    later = _plan(place, "author", "later", clock.now() + timedelta(days=9))
    seats.answer_gathering(membership=partner, gathering=later, answer="yes")
    gathering.ask_to_host(membership=author, gathering=later, other=place.who["supporter"])
    lift = lifts.offer_lift(membership=author, gathering=later, seats=2, area=place.word("liftarea"))
    place.ids["lift"] = lift.pk
    two = _plan(place, "author", "fortwo", clock.now() + timedelta(days=3), only_for=(author.pk, partner.pk))
    place.ids |= {"gathering": soup.pk, "later": later.pk, "for_two": two.pk}
    _check_in(place, soup)


def _check_in(place: Place, soup: Any) -> None:
    """The author's own, with somebody outside who has agreed."""
    contact = NewContact(
        name=place.word("contactname"), email=f"{place.word('contactemail')}@outside.example",
        known_as=place.word("knownas"),
    )  # fmt: skip
    made = start_check_in(
        person=place.who["author"].person, contact=contact, words=place.word("checkinwords"), grace=30,
        plan=place.word("checkinplan"), ends_at=soup.ends_at + timedelta(hours=1), gathering=soup,
    )  # fmt: skip
    answer_as_contact(contact=made.contact, agrees=True)
    place.ids |= {
        "check_in": made.pk, "contact": made.contact_id, "home_token": made.token, "contact_token": made.contact.token,
    }  # fmt: skip


def _past(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    now = clock.now()
    with clock.at(now - timedelta(days=5)):
        over = _plan(place, "author", "past", clock.now() + timedelta(hours=30))
        seats.answer_gathering(membership=partner, gathering=over, answer="yes")
    with clock.at(now - timedelta(days=3)):
        over.refresh_from_db()
        afterwards.say_it_took_place(membership=author, gathering=over, took_place=True, present=[partner.pk])
        over.refresh_from_db()
        afterwards.say_how_it_was(
            membership=partner, gathering=over, was_there=True, helped="yes", felt="unsafe", words=place.word("safety")
        )
    reflecting.keep_reflection(
        person=partner.person, occasion=f"gatherings.gathering:{over.pk}", moment="after", title=over.title,
        answers={"good": place.word("reflection")},
    )  # fmt: skip
    place.ids |= {"past": over.pk, "safety_word": SafetyWord.objects.get(gathering=over).pk}


def _campaigns(place: Place) -> None:
    author, partner, member = (place.who[role] for role in ("author", "partner", "member"))

    def start(word: str) -> Any:
        return campaigning.draft(
            membership=author, title=f"A crossing {place.word(word)}", goal=place.word(f"{word}goal"), decider="The council",
            why_now="School starts", due_on=(clock.now() + timedelta(days=60)).date(), first_day_plan="Ask ten people.",
            organisers=[partner],
        )  # fmt: skip

    draft, made = start("campaigndraft"), start("campaign")
    campaigning.answer_asking(membership=partner, campaign=made, yes=True)
    campaigning.launch(membership=author, campaign=made)
    made.refresh_from_db()
    campaigning.sign(membership=member, campaign=made, show_name=False)
    pledge = pledges.open_pledge(
        membership=author, campaign=made, promise="walk", threshold=9, deadline=clock.now() + timedelta(days=9)
    )
    pledges.pledge(membership=member, pledge=pledge, show_name=False)
    work = shifts.offer_work(membership=author, campaign=made, title="Count cars", places=2)
    shifts.take(membership=partner, action=work)
    taking = shifts.say_done(membership=partner, action=work)
    milestone = campaigning.set_milestone(membership=author, campaign=made, title="Fifty people")
    place.ids |= {
        "draft_campaign": draft.pk, "campaign": made.pk, "pledge": pledge.pk, "work": work.pk, "taking": taking.pk,
        "milestone": milestone.pk,
    }  # fmt: skip


def _decisions(place: Place) -> None:
    author, partner = place.who["author"], place.who["partner"]
    ends = clock.now() + timedelta(days=5)
    proposal = deciding.propose(membership=author, question="A bench?", closes_at=ends)
    proposal = deciding.open_ballot(proposal=proposal)
    deciding.vote(membership=partner, proposal=proposal, choice="yes")
    opinion_map = opinion_actions.open_map(
        membership=author, question="What should change?", closes_at=ends, first_statements=["More benches"]
    )
    statement = opinion_actions.state(membership=partner, opinion_map=opinion_map, text="Fewer cars")
    place.ids |= {"proposal": proposal.pk, "map": opinion_map.pk, "statement": statement.pk}


def _library(place: Place) -> None:
    made = shelving.add_resource(
        membership=place.who["author"], kind="service", title=f"Advice {place.word('resource')}", phone="0123 456789"
    )
    place.ids["resource"] = made.pk


def _moderation(place: Place) -> None:
    from commonweal.conversations.models import Post

    author, partner, steward = (place.who[role] for role in ("author", "partner", "steward"))
    post = Post.objects.get(pk=place.ids["answer"])
    moderating.report(membership=author, kind="post", thing=post, reason="rules", words=place.word("report"))
    bad = Post.objects.get(pk=place.ids["changed_post"])
    moderating.report(membership=partner, kind="post", thing=bad, reason="rules", words=place.word("secondreport"))
    open_case, decided = Case.objects.order_by("-pk")[:2][::-1]
    moderating.decide(
        steward=steward, case=decided, measure="warn", reason="rules", explanation=place.word("explanation")
    )
    moderating.write_note(steward=steward, case=open_case, text=place.word("stewardnote"))
    place.ids |= {"case": open_case.pk, "decided_case": decided.pk}


def _links(place: Place) -> None:
    author = place.who["author"]
    maker = place.who["steward"]
    spare = inviting.invite(membership=maker, people=3, days=10)
    Feed.objects.create(person=author.person, token=link_token())
    place.ids |= {
        "invitation": spare.pk, "invitation_token": spare.token,
        "calendar_token": Feed.objects.get(person=author.person).token,
        "stop_token": url_for(author.person_id, "replies").rstrip("/").rsplit("/", 1)[1],
    }  # fmt: skip
    assert Invitation.objects.get(pk=spare.pk).works


def run_outbox() -> None:
    """Tell everybody what they are to be told, as the worker does."""
    from commonweal.trail import outbox

    while outbox.drain():
        pass


@contextmanager
def undone() -> Iterator[list[str]]:
    """Whatever happens inside is undone. Gives the tables that were written to."""
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql):
            written.append(match.group(1))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        yield written
        transaction.set_rollback(True)


def sign_in(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def submission() -> str:
    return str(uuid.uuid4())

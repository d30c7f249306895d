"""Putting a question to the members, voting on it, and seeing that what was decided is done."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership, State
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.people.models import Person
from commonweal.trail.actions import record, record_outcome

from . import verbs
from .models import Ballot, Choice, Decision, NamedBallot, Proposal, RollEntry, Secrecy

#: With fewer people than this on the roll, counts give single answers away, so secrecy is not promised.
FEWEST_FOR_SECRECY = 10
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=60)
DEFAULT_QUORUM = 20


@transaction.atomic
def propose(
    *,
    membership: Membership,
    question: str,
    details: str = "",
    closes_at: datetime,
    opens_at: datetime | None = None,
    secrecy: str = Secrecy.DETACHED,
    quorum_percent: int = DEFAULT_QUORUM,
    submission: uuid.UUID | None = None,
) -> Proposal:
    """Put a yes/no question to all members; it opens at once unless `opens_at` is later.

    The default is an approval quorum: yes from at least 20% of the roll, and more yes than no. A quorum of
    participation would make opponents stay at home instead of voting (Aguiar-Conraria & Magalhães 2010).
    Raises Refused for a non-member, an empty question or impossible times, TooMany past five a day.
    """
    require_active(membership)
    if submission and (sent := Proposal.objects.filter(author=membership, submission=submission).first()):
        return sent
    now = clock.now()
    opens_at = max(opens_at or now, now)
    question = question.strip()
    if not question:
        raise Refused(_("Write the question first."), field="question")
    if not 1 <= quorum_percent <= 100:
        raise Refused(_("Choose between 1 and 100 per cent."), field="quorum_percent")
    if not SHORTEST <= closes_at - opens_at <= LONGEST:
        raise Refused(_("A vote stays open for at least an hour and at most 60 days."), field="closes_at")
    limits.spend("propose", membership.pk, limit=5, window=timedelta(days=1))
    proposal = Proposal.objects.create(
        community=membership.community,
        author=membership,
        question=question,
        details=details.strip(),
        secrecy=secrecy,
        quorum_percent=quorum_percent,
        opens_at=opens_at,
        closes_at=closes_at,
        submission=submission,
        proposed_at=now,
    )
    record(verbs.PROPOSED, subject=proposal, actor=membership.pk, community=membership.community_id)
    return open_ballot(proposal=proposal) if opens_at <= now else proposal


@transaction.atomic
def open_ballot(*, proposal: Proposal) -> Proposal:
    """Freeze the roll (everyone who is an active member now) and open the box. Opening twice is opening once.

    With fewer than ten people on the roll the vote becomes an open one: secrecy could not be kept.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.opened_at is not None:
        return proposal
    proposal.roll_count = _write_roll(proposal)
    if proposal.roll_count < FEWEST_FOR_SECRECY:
        proposal.secrecy = Secrecy.OPEN
    proposal.opened_at = clock.now()
    proposal.save(update_fields=["roll_count", "secrecy", "opened_at"])
    record(verbs.OPENED, subject=proposal, actor=None, community=proposal.community_id)
    return proposal


def _write_roll(proposal: Proposal) -> int:
    """Everyone who may vote, in one statement: a community of a million costs no more round trips than one of ten.

    People who only stand for authors of imported statements cannot sign in, so they are not asked.
    """
    roll, members, people = RollEntry._meta.db_table, Membership._meta.db_table, Person._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {roll} (proposal_id, membership_id, voted) "  # noqa: S608 (names of our own tables)
            f"SELECT %s, m.id, %s FROM {members} m JOIN {people} p ON p.id = m.person_id "
            "WHERE m.community_id = %s AND m.state = %s AND NOT p.placeholder ORDER BY m.id",
            [proposal.pk, False, proposal.community_id, State.ACTIVE.value],
        )
        return cursor.rowcount


@transaction.atomic
def vote(*, membership: Membership, proposal: Proposal, choice: str) -> None:
    """Put one answer in the box, for good. Nothing is returned: nobody, not even the voter, can look it up again.

    Raises Refused when the vote is not open, for somebody not on the roll, and for a second answer.
    """
    require_active(membership)
    if choice not in Choice.values:
        raise Refused(_("Choose one of the three answers."), field="choice")
    # Taking the proposal's lock keeps an answer from slipping into a box that is being counted.
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.withheld_at is not None or not proposal.is_open(clock.now()):
        raise Refused(_("This vote is not open. Nothing was sent."))
    entry = RollEntry.objects.filter(proposal=proposal, membership=membership)
    if not entry.filter(voted=False).update(voted=True):
        if entry.exists():
            raise Refused(_("Your vote is already in the box. Each person has one, and it stays as it is."))
        raise Refused(_("You joined after this vote opened, so you are not on its roll. The next one is yours."))
    if proposal.secrecy == Secrecy.OPEN:
        NamedBallot.objects.create(proposal=proposal, membership=membership, choice=choice, cast_at=clock.now())
    else:
        Ballot.objects.create(box=proposal.pk, choice=choice)


@transaction.atomic
def decide(*, membership: Membership, proposal: Proposal, promise: str, owner: Membership, due_on: date) -> Decision:
    """Write into the promise ledger who does what was decided, by when. The author of the proposal or a steward says so."""
    require_active(membership)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not (membership.is_steward or membership.pk == proposal.author_id):
        raise Refused(_("Only the person who asked, or a steward, names who does it."))
    if not proposal.passed:
        raise Refused(_("Only what was passed can be promised."))
    if Decision.objects.filter(proposal=proposal).exists():
        raise Refused(_("It is already written down who does this."))
    if owner.community_id != proposal.community_id or not owner.is_active:
        raise Refused(_("Choose a member of this community."), field="owner")
    if due_on < clock.now().date():
        raise Refused(_("Choose a day that is still to come."), field="due_on")
    if not promise.strip():
        raise Refused(_("Say in a sentence what will be done."), field="promise")
    decision = Decision.objects.create(
        proposal=proposal,
        community_id=proposal.community_id,
        promise=promise.strip(),
        owner=owner,
        due_on=due_on,
        made_by=membership,
        made_at=clock.now(),
    )
    record(verbs.DECIDED, subject=decision, actor=membership.pk, community=proposal.community_id)
    return decision


@transaction.atomic
def finish(*, membership: Membership, decision: Decision, reached: bool, text: str, evidence: str = "") -> Decision:
    """The owner (or a steward) says what came of it; everyone who voted is told.

    Raises Refused for anybody else, without a sentence, or when the outcome already stands.
    """
    from .counting import tell_outcome

    require_active(membership)
    decision = Decision.objects.select_for_update().select_related("proposal").get(pk=decision.pk)
    if not (membership.is_steward or membership.pk == decision.owner_id):
        raise Refused(_("Only the person who does this, or a steward, can say what came of it."))
    if not text.strip():
        raise Refused(_("Say in a sentence what came of it."), field="text")
    record_outcome(
        subject=decision,
        community=decision.community_id,
        recorded_by=membership.pk,
        reached=reached,
        text=text.strip(),
        evidence=evidence,
    )
    decision.done_at = clock.now()
    decision.save(update_fields=["done_at"])
    record(verbs.DONE, subject=decision, actor=membership.pk, community=decision.community_id)
    tell_outcome(decision_id=decision.pk)
    return decision


def people_needed(proposal: Proposal) -> str:
    """The approval quorum in words a member understands."""
    return ngettext("at least %(n)d yes", "at least %(n)d yes", proposal.needed) % {"n": proposal.needed}

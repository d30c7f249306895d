"""Closing a vote or an opinion map: the exact count, and telling everyone who took part, a slice at a time.

Whole numbers only. Every function can run twice: it asks what is already so before it does anything.
"""

from __future__ import annotations

import random
import uuid
from fractions import Fraction

from django.db import transaction
from django.db.models import Count

from commonweal.kit import clock
from commonweal.trail.actions import record

from . import verbs
from .models import Answer, Ballot, Choice, Decision, NamedBallot, OpinionMap, Proposal, Secrecy, Statement

#: How many people one fan-out step reaches.
SLICE = 500


@transaction.atomic
def count(proposal: Proposal) -> Proposal:
    """Close the box and count it. A box that is not due, or was counted, stays as it is."""
    from commonweal.methods.tallies.yesno import yes_no

    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    now = clock.now()
    if proposal.counted_at is not None or proposal.opened_at is None or now < proposal.closes_at:
        return proposal
    if proposal.secrecy == Secrecy.OPEN:
        ballots = NamedBallot.objects.filter(proposal=proposal)
    else:
        _shuffle(proposal.pk)
        ballots = Ballot.objects.filter(box=proposal.pk)  # type: ignore[assignment]
    found = dict(ballots.order_by().values_list("choice").annotate(n=Count("pk")))
    proposal.yes = found.get(Choice.YES, 0)
    proposal.no = found.get(Choice.NO, 0)
    proposal.abstain = found.get(Choice.ABSTAIN, 0)
    proposal.passed = yes_no(
        proposal.yes,
        proposal.no,
        proposal.abstain,
        roll=proposal.roll_count,
        share=Fraction(proposal.quorum_percent, 100),
    ).passed
    proposal.counted_at = now
    proposal.save(update_fields=["yes", "no", "abstain", "passed", "counted_at"])
    record(verbs.COUNTED, subject=proposal, actor=None, community=proposal.community_id)
    tell_result(proposal_id=proposal.pk)
    return proposal


def _shuffle(box: int) -> None:
    """Rewrite the box in random order under new keys, so that no order of storage outlives the vote."""
    choices = list(Ballot.objects.filter(box=box).order_by("id").values_list("choice", flat=True))
    random.SystemRandom().shuffle(choices)
    Ballot.objects.filter(box=box).delete()
    Ballot.objects.bulk_create((Ballot(id=uuid.uuid4(), box=box, choice=choice) for choice in choices), batch_size=500)


@transaction.atomic
def tell_result(*, proposal_id: int) -> bool:
    """Tell the next slice of voters and count their part on the trail. Enqueues itself for the rest; False at the end."""
    from .jobs import tell_more_of_result

    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    voters = proposal.roll.filter(voted=True, pk__gt=proposal.told_upto).order_by("pk")
    found = list(voters.values_list("pk", "membership_id")[:SLICE])
    if not found:
        return False
    random.SystemRandom().shuffle(members := [member for _entry, member in found])
    for member in members:
        record(verbs.TOOK_PART, subject=proposal, actor=member, community=proposal.community_id)
    after, proposal.told_upto = proposal.told_upto, found[-1][0]
    proposal.save(update_fields=["told_upto"])
    _record_slice(verbs.TOLD_RESULT, proposal, proposal.community_id, after, proposal.told_upto)
    if len(found) == SLICE:
        tell_more_of_result.enqueue(proposal_id=proposal_id)
    return True


@transaction.atomic
def tell_outcome(*, decision_id: int) -> bool:
    """Tell the next slice of voters what came of their decision. Enqueues itself for the rest; False at the end."""
    from .jobs import tell_more_of_outcome

    decision = Decision.objects.select_for_update().select_related("proposal").get(pk=decision_id)
    voters = decision.proposal.roll.filter(voted=True, pk__gt=decision.told_upto).order_by("pk")
    found = list(voters.values_list("pk", flat=True)[:SLICE])
    if not found:
        return False
    after, decision.told_upto = decision.told_upto, found[-1]
    decision.save(update_fields=["told_upto"])
    _record_slice(verbs.TOLD_OUTCOME, decision, decision.community_id, after, decision.told_upto)
    if len(found) == SLICE:
        tell_more_of_outcome.enqueue(decision_id=decision_id)
    return True


@transaction.atomic
def tell_map(*, map_id: int) -> bool:
    """Tell the next slice of people who answered what their map shows. Enqueues itself for the rest; False at the end."""
    from .jobs import tell_more_of_map

    opinion_map = OpinionMap.objects.select_for_update().get(pk=map_id)
    answered = Answer.objects.filter(statement__opinion_map=opinion_map, membership__gt=opinion_map.told_upto)
    found = list(answered.order_by("membership").values_list("membership", flat=True).distinct()[:SLICE])
    if not found:
        return False
    after, opinion_map.told_upto = opinion_map.told_upto, found[-1]
    opinion_map.save(update_fields=["told_upto"])
    _record_slice(verbs.TOLD_MAP, opinion_map, opinion_map.community_id, after, opinion_map.told_upto)
    if len(found) == SLICE:
        tell_more_of_map.enqueue(map_id=map_id)
    return True


def _record_slice(
    verb: object, subject: Proposal | Decision | OpinionMap, community: int, after: int, upto: int
) -> None:
    record(verb, subject=subject, actor=None, community=community, data={"after": after, "upto": upto})  # type: ignore[arg-type]


def count_map(opinion_map: OpinionMap, *, tell: bool = True) -> OpinionMap:
    """Close an opinion map that is due and write the counts into its statements. One transaction, exact."""
    with transaction.atomic():
        opinion_map = OpinionMap.objects.select_for_update().get(pk=opinion_map.pk)
        if opinion_map.counted_at is not None or clock.now() < opinion_map.closes_at:
            return opinion_map
        write_counts(opinion_map)
        opinion_map.counted_at = clock.now()
        opinion_map.save(update_fields=["counted_at", "voters"])
        record(verbs.MAP_COUNTED, subject=opinion_map, actor=None, community=opinion_map.community_id)
        if tell:
            tell_map(map_id=opinion_map.pk)
    return opinion_map


def write_counts(opinion_map: OpinionMap) -> None:
    """Count the answers of every statement of a map, and who answered at all. Two reading queries."""
    answers = Answer.objects.filter(statement__opinion_map=opinion_map).order_by()
    counts: dict[int, dict[int, int]] = {}
    for statement, choice, n in answers.values_list("statement", "choice").annotate(n=Count("pk")):
        counts.setdefault(statement, {})[choice] = n
    statements = list(opinion_map.statements.only("pk"))
    for statement in statements:
        found = counts.get(statement.pk, {})
        statement.agrees, statement.disagrees, statement.passes = found.get(1, 0), found.get(-1, 0), found.get(0, 0)
        statement.seen = statement.answers_count
        statement.support = 1000 * (statement.agrees + 1) // (statement.seen + 2)
    Statement.objects.bulk_update(statements, ["agrees", "disagrees", "passes", "seen", "support"], batch_size=100)
    opinion_map.voters = answers.values("membership").distinct().count()

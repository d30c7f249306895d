"""Votes: the roll, the box, the count, the promise ledger."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.cast import make_member

from commonweal.communities.models import Membership
from commonweal.decisions import actions, counting, jobs, tells
from commonweal.decisions.models import Ballot, NamedBallot, Proposal, RollEntry, Secrecy
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.models import Outcome, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(cast):
    """Twelve people who may vote: the cast's five and seven more."""
    return [cast.ada, cast.bo, cast.dee, cast.sol, cast.ines, *(make_member(cast.community, f"M{n}") for n in range(7))]


def ask(who: Membership, **fields: object) -> Proposal:
    defaults: dict[str, object] = {"question": "A second heater?", "closes_at": clock.now() + timedelta(days=7)}
    return actions.propose(membership=who, **{**defaults, **fields})


def close(proposal: Proposal) -> Proposal:
    with clock.at(proposal.closes_at + timedelta(minutes=1)):
        jobs.open_and_count_ballots()
    proposal.refresh_from_db()
    return proposal


def test_the_roll_is_everyone_who_is_a_member_at_opening(cast, members):
    proposal = ask(cast.ada)
    late = make_member(cast.community, "Late")
    assert proposal.roll_count == RollEntry.objects.filter(proposal=proposal).count() == 12
    with pytest.raises(Refused, match="joined after"):
        actions.vote(membership=late, proposal=proposal, choice="yes")


def test_one_vote_each_and_it_stays(cast, members):
    proposal = ask(cast.ada)
    actions.vote(membership=cast.bo, proposal=proposal, choice="yes")
    with pytest.raises(Refused, match="already in the box"):
        actions.vote(membership=cast.bo, proposal=proposal, choice="no")
    assert [ballot.choice for ballot in Ballot.objects.all()] == ["yes"]


def test_the_box_knows_neither_person_nor_time(cast, members):
    names = {field.name for field in Ballot._meta.get_fields()}
    assert names == {"id", "box", "choice"}
    assert not any(field.is_relation for field in Ballot._meta.get_fields())
    assert {field.name for field in RollEntry._meta.get_fields()} == {"id", "proposal", "membership", "voted"}
    proposal = ask(cast.ada)
    actions.vote(membership=cast.bo, proposal=proposal, choice="yes")
    assert not Step.objects.filter(actor=cast.bo.pk).exists()


def test_the_count_rewrites_the_box_under_new_keys(cast, members):
    proposal = ask(cast.ada)
    for who in members[:6]:
        actions.vote(membership=who, proposal=proposal, choice="yes")
    before = set(Ballot.objects.values_list("pk", flat=True))
    close(proposal)
    after = set(Ballot.objects.values_list("pk", flat=True))
    assert len(after) == 6
    assert not before & after


def test_under_ten_people_secrecy_is_refused_and_the_page_says_so(cast):
    proposal = ask(cast.ada)
    assert proposal.secrecy == Secrecy.OPEN
    page = cast.sign_in(cast.bo).get(reverse("decisions:proposal", args=["riverside", proposal.pk])).content.decode()
    assert "With fewer than ten people a secret could not be kept" in page
    actions.vote(membership=cast.bo, proposal=proposal, choice="no")
    assert NamedBallot.objects.get().membership == cast.bo
    assert not Ballot.objects.exists()


def test_the_count_is_exact_and_happens_once(cast, members):
    proposal = ask(cast.ada)
    for who, choice in zip(members, ["yes"] * 5 + ["no"] * 3 + ["abstain"] * 2, strict=False):
        actions.vote(membership=who, proposal=proposal, choice=choice)
    assert jobs.open_and_count_ballots() is None
    proposal.refresh_from_db()
    assert proposal.counted_at is None
    close(proposal)
    close(proposal)
    assert (proposal.yes, proposal.no, proposal.abstain, proposal.passed) == (5, 3, 2, True)
    assert Step.objects.filter(verb="decisions.counted").count() == 1
    assert Step.objects.filter(verb="decisions.took_part").count() == 10


def test_nobody_sees_a_number_before_it_closes(cast, members):
    proposal = ask(cast.ada)
    url = reverse("decisions:proposal", args=["riverside", proposal.pk])
    for who in (cast.ada, cast.bo, cast.dee):
        client = cast.sign_in(who)
        text = client.get(url).content.decode()
        assert "Sealed: nobody sees any number" in text
        assert "The result" not in text
    quiet = _main(cast.sign_in(cast.dee).get(url))
    for who in members[5:10]:
        actions.vote(membership=who, proposal=proposal, choice="yes")
    assert _main(cast.sign_in(cast.dee).get(url)) == quiet
    listed = cast.sign_in(cast.dee).get(reverse("decisions:list", args=["riverside"])).content.decode()
    assert " yes, " not in listed


def _main(response: object) -> str:
    text = response.content.decode()  # type: ignore[attr-defined]
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main)


def test_voting_asks_once_more_before_it_is_final(cast, members):
    proposal = ask(cast.ada)
    client = cast.sign_in(cast.bo)
    url = reverse("decisions:vote", args=["riverside", proposal.pk])
    sure = client.post(url, {"choice": "no"})
    assert "cannot be changed or taken back" in sure.content.decode()
    assert not Ballot.objects.exists()
    assert client.post(url, {"choice": "no", "sure": "1"}).status_code == 303
    assert Ballot.objects.get().choice == "no"
    again = client.post(url, {"choice": "yes", "sure": "1"})
    assert again.status_code == 422
    assert "already in the box" in again.content.decode()


def test_everyone_who_voted_is_told_and_nobody_else(cast, members):
    proposal = ask(cast.ada)
    for who in (cast.bo, cast.sol):
        actions.vote(membership=who, proposal=proposal, choice="yes")
    close(proposal)
    told = [
        telling.person_id
        for step in Step.objects.filter(verb="decisions.told_result")
        for telling in tells.of_result(step)
    ]
    assert sorted(told) == sorted([cast.bo.person_id, cast.sol.person_id])


def test_a_long_roll_is_told_in_slices(cast, members, monkeypatch):
    monkeypatch.setattr(counting, "SLICE", 4)
    proposal = ask(cast.ada)
    for who in members[:10]:
        actions.vote(membership=who, proposal=proposal, choice="yes")
    close(proposal)
    while counting.tell_result(proposal_id=proposal.pk):
        pass
    told = [t.person_id for step in Step.objects.filter(verb="decisions.told_result") for t in tells.of_result(step)]
    assert sorted(told) == sorted(who.person_id for who in members[:10])


def test_what_passed_gets_a_person_a_day_and_an_outcome(cast, members):
    proposal = ask(cast.ada)
    for who in members[:6]:
        actions.vote(membership=who, proposal=proposal, choice="yes")
    close(proposal)
    client = cast.sign_in(cast.ada)
    url = reverse("decisions:decide", args=["riverside", proposal.pk])
    wrong = client.post(url, {"promise": "Buy it", "owner": "Nobody", "due_on": "2100-01-01"})
    assert wrong.status_code == 422
    assert "nobody here who goes by" in wrong.content.decode()
    right = client.post(url, {"promise": "Buy it", "owner": "bo", "due_on": timezone.now().date() + timedelta(days=9)})
    assert right.status_code == 303
    finish = reverse("decisions:finish", args=["riverside", proposal.pk])
    done = cast.sign_in(cast.bo).post(finish, {"reached": "yes", "text": "It heats.", "evidence": ""})
    assert done.status_code == 303
    assert Outcome.objects.get().text == "It heats."
    told = [t.person_id for step in Step.objects.filter(verb="decisions.told_outcome") for t in tells.of_outcome(step)]
    assert len(told) == 6


def test_only_the_author_or_a_steward_names_who_does_it(cast, members):
    proposal = ask(cast.ada)
    for who in members[:6]:
        actions.vote(membership=who, proposal=proposal, choice="yes")
    close(proposal)
    with pytest.raises(Refused):
        actions.decide(
            membership=cast.bo,
            proposal=proposal,
            promise="x",
            owner=cast.bo,
            due_on=clock.now().date() + timedelta(days=1),
        )


def test_sending_the_form_twice_makes_one_vote(cast):
    client = cast.sign_in(cast.bo)
    url = reverse("decisions:propose", args=["riverside"])
    form = client.get(url).context["form"]
    typed = {
        "question": "Twice?",
        "start": "now",
        "days": "7",
        "secrecy": "detached",
        "quorum_percent": "20",
        "submission": str(form["submission"].value()),
    }
    first, second = client.post(url, typed), client.post(url, typed)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert Proposal.objects.count() == 1


def test_a_vote_that_opens_later_opens_by_the_clock(cast, members):
    opens = clock.now() + timedelta(days=3)
    proposal = ask(cast.ada, opens_at=opens, closes_at=opens + timedelta(days=7))
    with pytest.raises(Refused, match="not open"):
        actions.vote(membership=cast.bo, proposal=proposal, choice="yes")
    late = make_member(cast.community, "Late")
    with clock.at(opens + timedelta(minutes=1)):
        jobs.open_and_count_ballots()
        actions.vote(membership=late, proposal=proposal, choice="yes")
    assert Ballot.objects.count() == 1


def test_the_same_vote_sent_ten_times_at_once_counts_once(in_threads, cast):
    for n in range(7):
        make_member(cast.community, f"M{n}")
    proposal = ask(cast.ada)
    results = in_threads(*[lambda: actions.vote(membership=cast.bo, proposal=proposal, choice="yes")] * 10)
    assert [result for result in results if result is not None and not isinstance(result, Refused)] == []
    assert results.count(None) == 1
    assert Ballot.objects.count() == 1

"""After a handover at which two people met: did you feel safe, would you again? In private, and silent."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.world import run_outbox

from commonweal.circles.fitting import pairs_to_keep_apart
from commonweal.circles.models import Kind, Pause
from commonweal.circles.reading import read, willing
from commonweal.circles.wishes import look_at_pause
from commonweal.exchange.handovers import say_how_it_felt, say_it_happened
from commonweal.exchange.models import Afterwards, Handover
from commonweal.exchange.personal import erase, export
from commonweal.kit.errors import Refused
from commonweal.notices.models import Notice
from commonweal.people.actions import answer_consent
from commonweal.trail.models import Step

from .test_exchange import agreed, made


@pytest.fixture
def done(cast: Cast) -> Handover:
    """Bo asked for a ladder, Ines had one; both say that it happened, and both agreed to introductions."""
    handover = agreed(made(cast.bo), cast.ines)
    for member in (cast.bo, cast.ines):
        say_it_happened(membership=member, handover=handover, happened=True, helped="yes")
        answer_consent(person=member.person, purpose="introductions", given=True)
    run_outbox()
    return handover


def page(cast: Cast, who: object, handover: Handover) -> str:
    url = reverse("exchange:entry", args=["riverside", handover.entry_id])
    shown = cast.sign_in(who).get(url).content.decode()  # type: ignore[arg-type]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|data-live="[^"]*"', "", shown)


def felt_url(handover: Handover) -> str:
    return reverse("exchange:felt", args=["riverside", handover.pk])


def test_each_is_asked_once_they_said_that_it_happened_and_the_other_learns_nothing(cast: Cast) -> None:
    handover = agreed(made(cast.bo), cast.ines)
    assert "Did you feel safe?" not in page(cast, cast.bo, handover)
    with pytest.raises(Refused):
        say_how_it_felt(membership=cast.bo, handover=handover, again="yes", felt_safe=True)
    say_it_happened(membership=cast.bo, handover=handover, happened=True)  # safety waits for nobody else's word
    assert "Did you feel safe?" in page(cast, cast.bo, handover)
    run_outbox()
    before, notices, steps = page(cast, cast.ines, handover), Notice.objects.count(), Step.objects.count()
    client = cast.sign_in(cast.bo)
    assert client.post(felt_url(handover), {"again": "no", "safe": "yes", "words": ""}).status_code == 303
    run_outbox()
    assert page(cast, cast.ines, handover) == before
    assert (Notice.objects.count(), Step.objects.count()) == (notices, steps)
    assert "Did you feel safe?" not in page(cast, cast.bo, handover)
    assert "That stays with you." in page(cast, cast.bo, handover)


def test_not_again_keeps_the_pair_apart_from_proposals_and_pauses_nobody(cast: Cast, done: Handover) -> None:
    pair = frozenset((cast.bo.pk, cast.ines.pk))
    assert pair not in pairs_to_keep_apart([cast.bo, cast.ines], paired_lately=False)
    say_how_it_felt(membership=cast.ines, handover=done, again="perhaps", felt_safe=True)
    assert pair not in pairs_to_keep_apart([cast.bo, cast.ines], paired_lately=False)
    say_how_it_felt(membership=cast.ines, handover=done, again="no", felt_safe=True)
    assert pair in pairs_to_keep_apart([cast.bo, cast.ines], paired_lately=False)
    assert pair not in pairs_to_keep_apart([cast.bo, cast.sol], paired_lately=False)
    assert pair in read(cast.community, Kind.BUDDY, willing(cast.community)).apart
    assert {cast.bo.pk, cast.ines.pk} <= set(willing(cast.community).values_list("pk", flat=True))
    assert not Pause.objects.exists()


def test_not_safe_keeps_new_introductions_of_the_other_off_until_a_steward_has_looked(
    cast: Cast, done: Handover
) -> None:
    form = {"again": "no", "safe": "no", "words": "He would not leave."}
    client = cast.sign_in(cast.ines)
    for _twice in range(2):
        assert client.post(felt_url(done), form).status_code == 303
    pause = Pause.objects.get()
    assert (pause.membership_id, pause.told_by_id, pause.words) == (cast.bo.pk, cast.ines.pk, "He would not leave.")
    waiting = set(willing(cast.community).values_list("pk", flat=True))
    assert cast.bo.pk not in waiting
    assert cast.ines.pk in waiting
    steps = Step.objects.filter(verb="circles.paused")
    assert [step.actor for step in steps] == [None]
    assert (
        "He would not leave."
        in cast.sign_in(cast.dee).get(reverse("circles:pauses", args=["riverside"])).content.decode()
    )
    look_at_pause(membership=cast.dee, pause=pause, goes_on=True)
    assert cast.bo.pk in set(willing(cast.community).values_list("pk", flat=True))
    say_how_it_felt(membership=cast.ines, handover=done, again="yes", felt_safe=True)  # does not take the word back
    assert Pause.objects.get().goes_on is True


def test_a_later_word_after_a_steward_has_looked_makes_them_look_again(cast: Cast, done: Handover) -> None:
    say_how_it_felt(membership=cast.ines, handover=done, again="no", felt_safe=False, words="First")
    look_at_pause(membership=cast.dee, pause=Pause.objects.get(), goes_on=True)
    another = agreed(made(cast.bo, title="A saw"), cast.ines)
    say_it_happened(membership=cast.ines, handover=another, happened=True)
    say_how_it_felt(membership=cast.ines, handover=another, again="no", felt_safe=False, words="Again")
    pause = Pause.objects.get()
    assert (pause.looked_at, pause.goes_on, pause.words) == (None, None, "Again")
    assert cast.bo.pk not in set(willing(cast.community).values_list("pk", flat=True))


def test_nobody_else_can_answer_and_a_mistake_keeps_what_was_typed(cast: Cast, done: Handover) -> None:
    for other in (cast.sol, cast.dee):
        assert cast.sign_in(other).post(felt_url(done), {"again": "no", "safe": "no"}).status_code == 404
    with pytest.raises(Refused):
        say_how_it_felt(membership=cast.dee, handover=done, again="no", felt_safe=False)
    answer = cast.sign_in(cast.ines).post(felt_url(done), {"again": "never", "safe": "no", "words": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert not Afterwards.objects.exists()
    assert not Pause.objects.exists()


def test_it_is_in_ones_own_download_alone_and_goes_with_the_account(cast: Cast, done: Handover) -> None:
    say_how_it_felt(membership=cast.ines, handover=done, again="no", felt_safe=True)
    assert [one["again"] for one in export(cast.ines.person)["after_handovers"]] == ["no"]
    assert export(cast.bo.person)["after_handovers"] == []
    erase(cast.ines.person)
    assert not Afterwards.objects.exists()

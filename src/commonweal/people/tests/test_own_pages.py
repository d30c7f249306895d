"""The person's own pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_person

from commonweal.kit import clock, place
from commonweal.kit.errors import Refused, TooMany
from commonweal.people import actions, queries
from commonweal.people.models import Block, Consent, Person, Trait
from commonweal.people.suggestions import label_of, tag_of

BRISTOL = place.cell_of(51.45, -2.59)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["me", "profile", "times", "place", "language", "consents", "blocks", "download", "close", "kept"]
)
def test_guests_are_sent_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(f"people:{name}"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["me", "profile", "times", "place", "language", "consents", "blocks"])
def test_every_own_page_opens_and_keeps_to_the_policy(cast: Cast, name: str) -> None:
    from .test_signing_in import assert_strict

    answer = cast.sign_in(cast.bo).get(reverse(f"people:{name}"))
    assert answer.status_code == 200
    assert_strict(answer.content.decode())


class TestProfile:
    def post(self, cast: Cast, **fields: Any) -> Any:
        return cast.sign_in(cast.bo).post(reverse("people:profile"), fields)

    def test_boxes_and_free_words_become_tidy_tags_once_each(self, cast: Cast) -> None:
        self.post(cast, interest=["walking"], interest_others=" Walking,  Kite   Flying ; kite flying,")
        assert list(Trait.objects.filter(person=cast.bo.person).values_list("tag", flat=True)) == [
            "kite flying",
            "walking",
        ]

    def test_what_is_left_out_is_forgotten(self, cast: Cast) -> None:
        self.post(cast, interest=["walking"], give=["lifts"])
        self.post(cast, give=["lifts"])
        assert queries.traits_of([cast.bo.person_id]) == {cast.bo.person_id: {"give": ["lifts"]}}

    def test_more_than_twelve_are_refused_beside_the_field_and_kept_in_it(self, cast: Cast) -> None:
        words = ", ".join(f"thing {n}" for n in range(13))
        answer = self.post(cast, interest_others=words)
        assert answer.status_code == 422
        assert "interest" in answer.context["form"].errors
        assert "thing 12" in answer.content.decode()
        assert not Trait.objects.exists()

    def test_addresses_and_links_are_no_traits(self, cast: Cast) -> None:
        answer = self.post(cast, interest_others="write me at bo@example.org")
        assert "without addresses" in answer.content.decode()

    def test_a_very_long_phrase_is_cut_to_what_fits(self, cast: Cast) -> None:
        self.post(cast, interest_others="x" * 500)
        assert len(Trait.objects.get().tag) == 60

    def test_a_word_in_ones_own_language_is_the_same_tag(self) -> None:
        assert tag_of("interest", "  WALKING. ") == "walking"
        assert label_of("interest", "walking") == "walking"
        assert label_of("interest", "falconry") == "falconry"


def test_free_times_and_the_zone_they_are_in_are_saved(cast: Cast) -> None:
    client = cast.sign_in(cast.bo)
    client.post(reverse("people:times"), {"availability": ["0", "41"], "time_zone": "Europe/London"})
    person = Person.objects.get(pk=cast.bo.person_id)
    assert queries.free_slots(person) == [0, 41]
    assert person.time_zone == "Europe/London"


@pytest.mark.parametrize("fields", [{"availability": ["42"]}, {"time_zone": "Mars/Base"}, {"availability": ["x"]}])
def test_unknown_times_and_zones_are_refused(cast: Cast, fields: dict[str, Any]) -> None:
    answer = cast.sign_in(cast.bo).post(reverse("people:times"), {"time_zone": "UTC", **fields})
    assert answer.status_code == 422
    assert Person.objects.get(pk=cast.bo.person_id).availability == 0


def test_the_language_is_kept_and_used_at_once(cast: Cast) -> None:
    client = cast.sign_in(cast.bo)
    client.post(reverse("people:language"), {"language": "es"})
    assert Person.objects.get(pk=cast.bo.person_id).language == "es"
    assert 'lang="es"' in client.get(reverse("people:me")).content.decode()


class TestPlace:
    def test_a_town_is_found_and_its_map_opens_with_nineteen_parts(self, cast: Cast) -> None:
        client = cast.sign_in(cast.bo)
        found = client.get(reverse("people:place"), {"q": "bristol"})
        assert "?at=51.46,-2.60#map" in found.content.decode()
        chosen = client.get(reverse("people:place"), {"at": "51.46,-2.60"})
        assert chosen.content.decode().count('type="radio"') == 19

    def test_only_the_cell_and_the_towns_name_are_kept(self, cast: Cast) -> None:
        cast.sign_in(cast.bo).post(reverse("people:place"), {"cell": BRISTOL})
        person = Person.objects.get(pk=cast.bo.person_id)
        assert (person.cell, person.place_name) == (BRISTOL, "Bristol, United Kingdom")

    @pytest.mark.parametrize("cell", ["8a195d2d6b77fff", "nonsense", "85195d2ffffffff"])
    def test_a_finer_cell_or_nonsense_is_refused(self, cast: Cast, cell: str) -> None:
        answer = cast.sign_in(cast.bo).post(reverse("people:place"), {"cell": cell})
        assert answer.status_code == 422
        assert Person.objects.get(pk=cast.bo.person_id).cell == ""

    def test_it_can_be_forgotten(self, cast: Cast) -> None:
        actions.set_place(person=cast.bo.person, cell=BRISTOL)
        cast.sign_in(cast.bo).post(reverse("people:place"), {"cell": ""})
        assert Person.objects.get(pk=cast.bo.person_id).place_name == ""

    @pytest.mark.parametrize("at", ["", "here", "91,0", "51.45", "nan,nan", "1e9,2", "inf,0"])
    def test_a_position_that_is_none_opens_no_map(self, cast: Cast, at: str) -> None:
        answer = cast.sign_in(cast.bo).get(reverse("people:place"), {"at": at})
        assert answer.status_code == 200
        assert "hexmap" not in answer.content.decode()


class TestConsents:
    def test_silence_is_a_no_and_the_newest_word_counts(self, cast: Cast) -> None:
        person = cast.bo.person
        assert not queries.consents_to(person.pk, "introductions")
        client = cast.sign_in(cast.bo)
        client.post(reverse("people:consents"), {"introductions": "on"})
        assert queries.consents_to(person.pk, "introductions")
        client.post(reverse("people:consents"), {})
        assert not queries.consents_to(person.pk, "introductions")

    def test_every_change_is_a_row_and_the_same_answer_twice_is_one(self, cast: Cast) -> None:
        for given in (True, True, False):
            actions.answer_consent(person=cast.bo.person, purpose="research", given=given)
        assert list(Consent.objects.order_by("id").values_list("given", flat=True)) == [True, False]


class TestBlocks:
    def test_it_works_both_ways(self, cast: Cast) -> None:
        bo, sol = cast.bo.person, cast.sol.person
        actions.block(blocker=bo, blocked=sol, known_as="Sol")
        assert queries.kept_apart(bo.pk) == {sol.pk}
        assert queries.kept_apart(sol.pk) == {bo.pk}
        assert queries.are_apart(bo.pk, sol.pk)
        assert queries.are_apart(sol.pk, bo.pk)

    def test_twice_is_once_and_nobody_blocks_themselves(self, cast: Cast) -> None:
        for _twice in range(2):
            actions.block(blocker=cast.bo.person, blocked=cast.sol.person, known_as="Sol")
        assert Block.objects.count() == 1
        with pytest.raises(Refused):
            actions.block(blocker=cast.bo.person, blocked=cast.bo.person, known_as="Bo")

    def test_nothing_on_the_trail_or_on_the_blocked_persons_pages_tells_of_it(self, cast: Cast) -> None:
        from commonweal.trail.models import Step

        actions.block(blocker=cast.bo.person, blocked=cast.sol.person, known_as="Sol")
        assert not Step.objects.exists()
        page = cast.sign_in(cast.sol).get(reverse("people:blocks")).content.decode()
        assert ">Bo<" not in page
        assert 'name="block"' not in page

    def test_only_ones_own_block_can_be_taken_back(self, cast: Cast) -> None:
        made = actions.block(blocker=cast.bo.person, blocked=cast.sol.person, known_as="Sol")
        cast.sign_in(cast.sol).post(reverse("people:blocks"), {"block": made.pk})
        assert Block.objects.exists()
        cast.sign_in(cast.bo).post(reverse("people:blocks"), {"block": made.pk})
        assert not Block.objects.exists()

    @pytest.mark.usefixtures("at_noon")
    def test_a_flood_of_blocks_is_stopped_with_a_reason(self, cast: Cast) -> None:
        bo = cast.bo.person
        for number in range(50):
            actions.block(blocker=bo, blocked=make_person(f"p{number}"), known_as="")
        with pytest.raises(TooMany, match="wait"):
            actions.block(blocker=bo, blocked=cast.sol.person, known_as="Sol")


def test_shared_traits_name_what_two_have_in_common_and_what_one_can_give_the_other(cast: Cast) -> None:
    actions.describe_oneself(
        person=cast.bo.person, said={"experience": ["grief"], "interest": ["walking"], "need": ["lifts"]}
    )
    actions.describe_oneself(
        person=cast.sol.person, said={"experience": ["grief"], "interest": ["music"], "give": ["lifts"]}
    )
    said = queries.shared_traits(cast.bo.person_id, cast.sol.person_id)
    assert said == {"experience": ["grief"], "give": ["lifts"]}


class TestDownload:
    def files(self, cast: Cast) -> dict[str, str]:
        answer = cast.sign_in(cast.bo).post(reverse("people:download"))
        assert answer["Content-Type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        return {name: archive.read(name).decode() for name in archive.namelist()}

    def test_it_holds_what_is_ones_own_and_nothing_of_others(self, cast: Cast) -> None:
        actions.describe_oneself(person=cast.bo.person, said={"interest": ["kite flying"]})
        actions.describe_oneself(person=cast.sol.person, said={"interest": ["falconry"]})
        actions.block(blocker=cast.sol.person, blocked=cast.bo.person, known_as="Secretly Bo")
        files = self.files(cast)
        assert json.loads(files["about-me.json"])["interest"] == ["kite flying"]
        assert "kite flying" in files["index.html"]
        everything = "".join(files.values())
        for others in ("falconry", "sol@example.org", "Secretly"):
            assert others not in everything

    def test_it_is_asked_for_again_when_the_sign_in_is_old(self, cast: Cast) -> None:
        client = cast.sign_in(cast.bo)
        with clock.at(clock.now() + timedelta(hours=2)):
            answer = client.post(reverse("people:download"))
        assert answer.url.startswith(reverse("account_login"))

    def test_whoever_has_a_password_types_it_first(self, cast: Cast) -> None:
        cast.bo.person.set_password("a river runs by")
        cast.bo.person.save()
        answer = cast.sign_in(cast.bo).post(reverse("people:download"))
        assert answer.url.startswith(reverse("account_reauthenticate"))

from datetime import UTC, datetime, timedelta

from commonweal.insight.flow import NOTHING, Happening, attributed, back_from, flow

START = datetime(2026, 10, 1, tzinfo=UTC)
TOPIC, TALK, GATHERING = ("topic", 1), ("conversation", 1), ("gathering", 1)


def on(day: int, person: int, key: str, thing: tuple[str, int]) -> Happening:
    return Happening(person, key, START + timedelta(days=day), thing)


def test_an_effect_is_put_down_to_what_led_to_it_however_many_contacts_came_after():
    contacts = [on(1, 1, "topic", TOPIC), on(5, 1, "private", TALK)]
    assert attributed(on(6, 1, "gathering", GATHERING), contacts, {GATHERING: [TOPIC]}) == "topic"


def test_an_effect_without_a_path_is_put_down_to_the_latest_contact_before_it():
    contacts = [on(1, 1, "topic", TOPIC), on(5, 1, "private", TALK), on(9, 1, "support", ("topic", 2))]
    assert attributed(on(6, 1, "gathering", GATHERING), contacts, {}) == "private"


def test_a_path_of_a_kind_the_person_knows_counts_when_no_exact_thing_does():
    contacts = [on(1, 1, "topic", ("topic", 9)), on(5, 1, "private", TALK)]
    assert attributed(on(6, 1, "gathering", GATHERING), contacts, {GATHERING: [TOPIC]}) == "topic"


def test_the_thing_itself_is_the_nearest_source():
    contacts = [on(1, 1, "topic", TOPIC), on(5, 1, "private", TALK)]
    assert attributed(on(6, 1, "talked", TALK), contacts, {TALK: [TOPIC]}) == "private"


def test_a_path_is_walked_six_hops_and_no_further():
    chain = {("step", n): [("step", n + 1)] for n in range(10)}
    assert list(back_from(("step", 0), chain)) == [("step", n) for n in range(7)]


def test_a_circle_of_links_ends():
    assert list(back_from(TOPIC, {TOPIC: [TALK], TALK: [TOPIC]})) == [TOPIC, TALK]


def test_an_effect_before_every_contact_is_not_across():
    counted = flow([on(5, 1, "topic", TOPIC)], [on(1, 1, "gathering", GATHERING)], {})
    assert (counted.people, counted.across) == (1, 0)
    assert counted.pairs == {("topic", NOTHING): 1}


def test_an_effect_of_somebody_without_a_contact_is_left_out():
    counted = flow([], [on(1, 1, "gathering", GATHERING)], {})
    assert (counted.people, counted.across, counted.pairs) == (0, 0, {})


def test_each_person_counts_once_per_path_and_once_in_the_headline():
    contacts = [on(1, 1, "topic", TOPIC), on(2, 1, "private", TALK), on(1, 2, "topic", TOPIC), on(1, 3, "topic", TOPIC)]
    effects = [
        on(3, 1, "gathering", GATHERING),
        on(4, 1, "gathering", ("gathering", 2)),
        on(4, 1, "talked", TALK),
        on(4, 2, "gathering", GATHERING),
    ]
    counted = flow(contacts, effects, {GATHERING: [TOPIC], ("gathering", 2): [TOPIC]})
    assert (counted.people, counted.across) == (3, 2)
    assert counted.pairs == {("topic", "gathering"): 2, ("private", "talked"): 1, ("topic", NOTHING): 1}


def test_nothing_yet_counts_everyone_who_did_not_get_across_once():
    contacts = [on(1, 1, "topic", TOPIC), on(2, 1, "private", TALK), on(1, 2, "topic", TOPIC)]
    counted = flow(contacts, [], {})
    assert counted.pairs == {("private", NOTHING): 1, ("topic", NOTHING): 1}

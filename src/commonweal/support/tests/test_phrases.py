"""The list of phrases, both ways: what it must find, and what it must leave alone. A sentence that fails is a bug."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commonweal.support import phrases

FOUND = {
    "danger": [
        "I want to die.",
        "i just wanna die",
        "Sometimes I think about killing myself",
        "I’m going to kill myself tonight",
        "I can't do this anymore",
        "I CAN’T GO ON LIKE THIS",
        "They would all be better off without me.",
        "I don't want to be here anymore",
        "I do not want to live any more",
        "I have been feeling suicidal since Monday",
        "I keep having suicidal thoughts",
        "I started cutting myself again",
        "I think I will end my life",
        "There is no reason to go on",
        "I wish I was dead",
        "I just want to sleep and never wake up",
        "Last year I tried to end it and nobody knows",
        "Quiero morir.",
        "ya no quiero vivir",
        "No quiero seguir viviendo así",
        "He pensado en quitarme la vida",
        "Me quiero morir y no sé a quién decírselo",
        "a veces pienso en suicidarme",
        "Todos estarían mejor sin mí",
        "He vuelto a cortarme",
        "Tengo ideas suicidas desde hace semanas",
        "Ojalá no despertara",
        "quisiera dormir y no despertar",
        "Voy a acabar con mi vida",
        "Nadie me extrañaría",
    ],
    "method": [
        "How many pills would kill me?",
        "how many of these tablets are enough to overdose",
        "What is the least painful way to go",
        "Is there a painless death",
        "How do I hang myself",
        "Which suicide methods are quick",
        "what is the lethal dose of it",
        "¿Cuántas pastillas hacen falta para morir?",
        "¿Cuál es la dosis letal?",
        "busco una muerte sin dolor",
        "¿Cómo puedo matarme?",
        "la forma menos dolorosa",
        "métodos de suicidio",
    ],
    "pact": [
        "Does anyone want to die with me?",
        "Looking for a suicide partner",
        "we could make a suicide pact",
        "we want to die together",
        "¿Alguien quiere morir conmigo?",
        "Busco a alguien con quien morir",
        "queremos morir juntos",
        "hagamos un pacto suicida",
    ],
}

LEFT_ALONE = [
    "I nearly killed myself laughing at the quiz.",
    "That cake is to die for.",
    "I'm dying to see the garden.",
    "My phone died and my battery is dead.",
    "I do not want to die, the doctors say I have years.",
    "I cut myself shaving this morning.",
    "I burnt myself on the oven again.",
    "I hurt myself running last week.",
    "The deadline is killing me.",
    "My grandmother died last spring and I miss her.",
    "How many tablets a day did the doctor prescribe?",
    "How do I kill the weeds in the path?",
    "What is the easiest way to end the meeting on time?",
    "My brother took his own life two years ago.",
    "We hope to grow old and die together, said the old couple.",
    "Is anyone looking for somebody to go with to the market?",
    "We went on a suicide prevention course with the council.",
    "I read a book about suicide for the reading group.",
    "There are many ways to die in this video game.",
    "I do not want to live in the city any more.",
    "Can somebody help me end this contract?",
    "The plants all died in the frost.",
    "How much time does it take to get there?",
    "I never want to see that spreadsheet again.",
    "Me muero de risa con este video.",
    "Me muero de hambre, ¿cenamos?",
    "Me muero por verte.",
    "No quiero morir, todavía soy joven.",
    "Voy a cortarme el pelo mañana.",
    "Me corté un dedo en la cocina.",
    "Mi abuela murió en primavera.",
    "¿Cuántas pastillas al día te mandó la doctora?",
    "No quiero vivir en la ciudad.",
    "Este trabajo me mata.",
    "¿Cómo puedo matar las hormigas del jardín?",
    "Leí un libro sobre el suicidio.",
    "Quiero morirme de vergüenza.",
    "Mi hermano se quitó la vida hace dos años.",
    "¿Alguien quiere ir al mercado conmigo?",
    "El examen va a matarme.",
    "¿Cuánto tarda el autobús?",
    "No quiero despertar temprano.",
    "Queremos envejecer y morir juntos.",
]


@pytest.mark.parametrize(("kind", "sentence"), [(kind, one) for kind, rows in FOUND.items() for one in rows])
def test_is_found(kind, sentence):
    assert kind in {phrase.kind for phrase in phrases.found_in(sentence)}


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_is_left_alone(sentence):
    assert [phrase.key for phrase in phrases.found_in(sentence)] == []


@pytest.mark.parametrize("sentence", FOUND["danger"])
def test_pain_alone_is_never_held(sentence):
    assert not {phrase.kind for phrase in phrases.found_in(sentence)} & set(phrases.HELD)


def test_what_takes_a_match_back_reaches_no_further_than_its_sentence():
    assert phrases.found_in("We were laughing all evening. I want to die.")


def test_every_list_says_its_version_and_each_entry_has_a_key_of_its_own():
    keys = []
    for path in sorted((Path(phrases.__file__).parent / "data" / "phrases").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        assert data["language"] == path.stem
        assert data["version"]
        assert isinstance(data["reviewed"], list)
        assert {raw["kind"] for raw in data["phrases"]} == {"danger", "method", "pact"}
        keys += [raw["key"] for raw in data["phrases"]]
    assert len(keys) == len(set(keys))


def test_a_long_text_of_nothing_much_is_read_quickly_enough_to_be_read_at_all():
    assert phrases.found_in("how many people would come to " * 1200) == []

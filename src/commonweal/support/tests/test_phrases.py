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
        "I am a burden to everyone",
        "There's no point in living.",
        "I hate being alive",
        "I could slit my wrists",
        "By the time you read this I will be gone",
        "I hope I don't wake up",
        "I took all my pills",
        "No merezco vivir",
        "Soy una carga para mis hijos",
        "Estoy cansada de vivir",
        "Cuando leas esto ya no estaré",
        "pienso en abrirme las venas",
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
        "best way to kill myself",
        "what is the easiest way to end it",
        "peaceful way to go",
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

#: Misspelt, drawn out, in capitals, with letters apart, or veiled as other places make people do.
VEILED = [
    "i want to kil my self",
    "i wana die",
    "I WANT TO DIEEEEE",
    "i want 2 die",
    "k i l l m y s e l f",
    "i want to k.i.l.l. myself",
    "k-i-l-l myself",
    "k1ll mys3lf",
    "k*ll myself",
    "I feel su*c*dal",
    "thinking about su1c1d3",
    "thinking of s u i c i d e",
    "thoughts of sewerslide",
    "I keep thinking about suiside",
    "gonna unalive myself",
    "i just want to kms",
    "#wanttodie",
    "i w a n t t o d i e",
    "kill\u200bmyself",
    "k\u200bill myself",
    "kill\u00ad myself",
    "k\u0456ll myself",
    "\uff4bill myself",
    "I can\u2019t go on like this",
    "I cant go on like this",
    "kiero morir",
    "no kiero vivir",
    "ya no quiero viviiiir",
    "QUIERO MORIRME",
    "kitarme la vida",
    "pienso en suisidarme",
    "quiero m0rir",
    "s.u.i.c.i.d.a.r.m.e",
    "Quiero desvivirme",
    "m@tarme",
    "hacerme da\u00f1o",
    "aserme dano",
]

LEFT_ALONE = [
    "I am dying to see you.",
    "We were just killing time before the bus.",
    "What is the best way to kill time at the airport?",
    "Is there any way to end this nicely?",
    "The easiest way out of town is the ring road.",
    "I shot myself in the foot with that email, and I might shoot myself in the foot again.",
    "I do not want to burn myself out at work.",
    "I want to take my life back after the move.",
    "They took my life savings.",
    "I ran 10 kms today and walk 5 kms tomorrow.",
    "I want to die my hair green.",
    "That was an overdose of chocolate.",
    "J. R. R. Tolkien and A. B. C. Smith",
    "That d*mn bus, what the h*ll.",
    "I was in stitches, we died laughing.",
    "I killed it on stage, and my feet are killing me.",
    "It is the least painful way to take off a plaster.",
    "How many people were at the kill-joy's party?",
    "I would kill for a coffee.",
    "My 2 kids and 3 cats live in flat 1a.",
    "I cut myself off in the middle of the sentence.",
    "He was bored to death and I nearly died of boredom.",
    "Me muero de ganas de verte.",
    "Estoy muerta de risa.",
    "Me desvivo por mis hijos y quiero desvivirme por ellos.",
    "Van a cortarme la luz si no pago.",
    "Quiero acabar con todo el pastel.",
    "Tengo sobredosis de azúcar.",
    "Quiero morir de amor, dice la canción.",
    "Voy a matarme a estudiar este mes.",
    "Vamos a matar el tiempo en el parque.",
    "Me corto mucho cuando hablo en público.",
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


@pytest.mark.parametrize("sentence", VEILED)
def test_is_found_though_misspelt_or_veiled(sentence):
    assert {phrase.kind for phrase in phrases.found_in(sentence)} & {"danger", "method"}


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_is_left_alone(sentence):
    assert [phrase.key for phrase in phrases.found_in(sentence)] == []


@pytest.mark.parametrize("sentence", FOUND["danger"])
def test_pain_alone_is_never_held(sentence):
    assert not {phrase.kind for phrase in phrases.found_in(sentence)} & set(phrases.HELD)


@pytest.mark.parametrize("sentence", [one for one in FOUND["danger"] if one.isascii()])
@pytest.mark.parametrize(
    "veil",
    [
        str.upper,
        lambda words: words.replace(" ", "   "),
        lambda words: words.replace(" ", "\u00a0"),
        lambda words: "\u200b".join(words),
        lambda words: words.replace("'", ""),
        lambda words: words.replace("i", "1").replace("e", "3"),
        lambda words: "So. I am tired!! " + words + " And it rains...",
    ],
    ids=["capitals", "wide", "no-break", "nothing between", "no apostrophe", "digits", "within a text"],
)
def test_a_veil_hides_nothing(sentence, veil):
    assert {phrase.key for phrase in phrases.found_in(sentence)} <= {
        phrase.key for phrase in phrases.found_in(veil(sentence))
    }


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

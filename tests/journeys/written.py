"""What the people of the journeys write themselves, in their language. Everything else on a page is the software's."""

from __future__ import annotations

WRITTEN = {
    "en": {
        "brought": "My mother has dementia; I came to look after her.",
        "request": "The nights are the hardest: she wakes at three and looks for my father.",
        "beginning": "The nights are the hardest",
        "pressing": "I do not know how to get through tonight",
        "first answer": "My father did the same. A night light and a photograph beside the bed calmed him.",
        "second answer": "We are three years in. Would it help to talk to somebody who knows those nights?",
        "hello": "Hello. I am the one with the long nights.",
        "reply": "I know them. Shall we walk along the river on Saturday?",
        "circle": "Tea for long nights",
        "purpose": "Six evenings for people who look after somebody.",
        "place": "The library café, the round table",
        "name": "Long nights",
        "about": "For people who look after somebody, and for those who did.",
    },
    "es": {
        "brought": "Mi madre tiene demencia; vine a cuidarla.",
        "request": "Las noches son lo peor: se despierta a las tres y busca a mi padre.",
        "beginning": "Las noches son lo peor",
        "pressing": "No sé cómo llegar a mañana",
        "first answer": "Mi padre hacía lo mismo. Una luz suave y una foto junto a la cama lo calmaban.",
        "second answer": "Llevamos tres años. ¿Te ayudaría hablar con alguien que conoce esas noches?",
        "hello": "Hola. Soy quien pasa las noches en vela.",
        "reply": "Las conozco. ¿Paseamos junto al río el sábado?",
        "circle": "Té para noches largas",
        "purpose": "Seis tardes para quienes cuidan de alguien.",
        "place": "El café de la biblioteca, la mesa redonda",
        "name": "Noches largas",
        "about": "Para quienes cuidan de alguien, y para quienes cuidaron.",
    },
}

"""What members and stewards read about bridging. A person's side is in none of it."""

from __future__ import annotations

LABEL = "people who usually differ both valued this"

#: One sentence for members, wherever an order by bridging is used.
WHY_THIS_ORDER = (
    "Posts stand higher when people who usually disagree both found them helpful. "
    "Nobody can see, and nothing keeps, who stands on which side."
)


def score_words(n: int, score: float, by_sides: bool, label: bool) -> str:
    """Why an item stands where it stands, in a sentence or two."""
    people = "Nobody has" if n == 0 else "1 person has" if n == 1 else f"{n:,} people have"
    if score != score:  # no score yet
        return f"{people} rated this; it waits for at least five before it is ordered."
    if not by_sides:
        return f"{people} rated this; its smoothed mean is {score:.2f} (0 unhelpful, 1 helpful)."
    told = f"{people} rated this; it scores {score:.2f} on what both sides find helpful (0 to 1)."
    return f"{told} The label says: {LABEL}." if label else told

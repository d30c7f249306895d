"""Names of people as keys: how a persona is found by name, and how two that look the same are told apart."""

from __future__ import annotations

from typing import Any

from django.db import models

from commonweal.kit.beginning import Begins
from commonweal.kit.words import folded


def fold(name: str) -> str:
    """A name without case, accents or doubled spaces: "Élodie  B" becomes "elodie b"."""
    return " ".join(folded(name).split())[:60]


class NameKey(models.CharField):
    """The folded form of another field, kept by the model itself, in bulk writes too (not in `QuerySet.update`)."""

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        options.update(editable=False, blank=True, default="")
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        key = fold(getattr(instance, self.of))
        setattr(instance, self.attname, key)
        return key


NameKey.register_lookup(Begins)

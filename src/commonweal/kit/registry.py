"""How sibling capabilities meet without importing each other.

A lower layer offers a `Registry`; upper layers fill it in their `AppConfig.ready`. Reading is by order of
registration, which follows INSTALLED_APPS, so it is the same on every start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """A named, ordered set of things that upper layers contribute. Registering a key twice is a programming error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, Item] = {}

    def add(self, key: str, item: Item) -> Item:
        """Contribute `item` under `key`. Raises ValueError when the key is taken."""
        if key in self._items:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._items[key] = item
        return item

    def get(self, key: str) -> Item | None:
        return self._items.get(key)

    def __getitem__(self, key: str) -> Item:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> Iterator[tuple[str, Item]]:
        return iter(self._items.items())

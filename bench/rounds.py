"""What a matching round costs in the product, beside the method alone on the same people.

    python bench/rounds.py                       200,000 people, one round for mentors
    python bench/rounds.py --people 5000         a quick look
    python bench/rounds.py --kind buddy

Draws a world (methods/population), writes it into the product as people, settings and blocks, and runs one round from
reading to written proposals. With DATABASE_URL the database it names is used, which must be empty; otherwise an
embedded one in a temporary folder. Prints one JSON line and one sentence.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from typing import Any

BATCH = 5_000
SPOKEN = ("english", "polish", "arabic")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--supporters", type=float, default=0.2)
    parser.add_argument("--kind", choices=("mentor", "buddy"), default="mentor")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(DATA=data, DJANGO_SETTINGS_MODULE="commonweal.site.settings", DEMO="0")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        found = measure(options)
    print(json.dumps(found))
    print(
        f"{found['people']:,} people, {found['proposals']:,} proposals: the product takes {found['product_seconds']:.1f} s, "
        f"the method alone {found['method_seconds']:.1f} s, {found['ratio']:.2f} times as long."
    )
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Load, warm the compiled loops up on a few people, then one round in the product and the method alone."""
    from commonweal.circles import matching, proposing
    from commonweal.circles.models import Introduction, Round
    from commonweal.circles.reading import read, willing
    from commonweal.methods.matching import RoundInput, propose

    begin = time.perf_counter()
    community = load(options.people, options.supporters, options.seed)
    loading = time.perf_counter() - begin
    small = load(500, options.supporters, options.seed + 1, slug="small")
    proposing.run_round(small, options.kind, "2026-01-01")

    begin = time.perf_counter()
    row = Round.objects.create(community=community, kind=options.kind, period="2026-01-01")
    proposing.plan(row)
    planned = time.perf_counter()
    while row.finished_at is None and proposing.write_part(row):
        pass
    end = time.perf_counter()
    proposals = Introduction.objects.filter(round=row).count()

    Introduction.objects.filter(round=row).delete()  # the same input again
    people = matching.people_of(read(community, options.kind, willing(community, options.kind)))
    alone = time.perf_counter()
    pure = propose(RoundInput(people, mode=options.kind))
    method = time.perf_counter() - alone
    if len(pure.proposals) != row.result["proposals"]:
        raise SystemExit("the method alone found other proposals than the product: not the same input")
    return {
        "people": options.people,
        "kind": options.kind,
        "looked": row.result["n"],
        "proposals": proposals,
        "loading_seconds": round(loading, 2),
        "planning_seconds": round(planned - begin, 2),
        "writing_seconds": round(end - planned, 2),
        "product_seconds": round(end - begin, 2),
        "method_seconds": round(method, 2),
        "ratio": round((end - begin) / method, 3),
        "peak_memory_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20), 3),
    }


def load(n: int, supporters: float, seed: int, slug: str = "large") -> Any:
    """A community whose members are the people of a drawn world, with everything a round reads of them."""
    from commonweal.circles.models import Wishes
    from commonweal.communities.models import Access, Community, Kind, Membership
    from commonweal.demo.bulk import refresh_statistics
    from commonweal.methods.population.matching import matching_world
    from commonweal.people.models import Block, Consent, Person, Trait

    world = matching_world(n, supporters=supporters, seed=seed)
    community = Community.objects.create(
        slug=slug, name=slug, purpose="Very many people.", kind=Kind.NEIGHBOURHOOD, access=Access.OPEN, members_count=n
    )
    people = keep(Person, persons(world, slug))
    members = keep(
        Membership,
        (
            Membership(person=person, community=community, display_name=f"Neighbour {i}", name_key=f"neighbour {i}")
            for i, person in enumerate(people)
        ),
    )
    keep(Consent, (Consent(person=person, purpose="introductions", given=True) for person in people))
    keep(Trait, traits(world, people))
    keep(Wishes, wishes(world, members))
    keep(Block, (Block(blocker=people[one], blocked=people[other]) for one, other in kept_apart(world)))
    refresh_statistics()
    return community


def keep(model: Any, rows: Iterable[Any]) -> list[Any]:
    return list(model.objects.bulk_create(list(rows), batch_size=BATCH))


def persons(world: Any, slug: str) -> Iterator[Any]:
    from commonweal.kit import clock
    from commonweal.kit.place import cell_of
    from commonweal.people.models import Person

    now, free = clock.now(), world.people.columns.free
    cells = [cell_of(float(lat), float(lon)) for lat, lon in world.cell_centres]
    for i, cell in enumerate(world.cell):
        yield Person(
            email=f"{slug}-{i}@example.org",
            password="!",
            availability=int(free[i]),
            cell=cells[cell],
            time_zone="UTC",
            joined_at=now,
            last_login=now,
        )


def traits(world: Any, people: list[Any]) -> Iterator[Any]:
    """What each of them says of themselves."""
    from commonweal.people.models import Trait

    c = world.people.columns
    for i, person in enumerate(people):
        for kind, lists in (("experience", c.experiences), ("interest", c.interests)):
            for tag in lists.of(i):
                yield Trait(person=person, kind=kind, tag=f"{kind} {tag}")
        for bit, language in enumerate(SPOKEN):
            if int(c.languages[i, 0]) >> bit & 1:
                yield Trait(person=person, kind="language", tag=language)


def wishes(world: Any, members: list[Any]) -> Iterator[Any]:
    """What each of them wants of an introduction."""
    from commonweal.circles.models import Wishes
    from commonweal.methods.matching.people import HELP

    c = world.people.columns
    for i, member in enumerate(members):
        yield Wishes(
            membership=member,
            buddy=True,
            seeks=not c.supporter[i],
            helps=bool(c.supporter[i]),
            stage=int(c.stage[i]) if 0 <= c.stage[i] <= 4 else None,
            needs=[kind for k, kind in enumerate(HELP) if c.need[i, k] > 0],
            gives=[kind for k, kind in enumerate(HELP) if c.give[i, k] > 0],
            ways=(int(c.ways[i]) & 7) or 7,
            reach=int(c.reach[i]) if c.in_person[i] and int(c.ways[i]) & 1 else None,
            room=min(4, max(1, int(world.people.capacity[i]))),
            counted=True,
        )


def kept_apart(world: Any) -> list[tuple[int, int]]:
    """Pairs of rows with a block between them."""
    import numpy as np

    apart = world.people.columns.apart
    who = np.repeat(np.arange(len(world.cell)), np.diff(apart.start))
    return sorted({(int(a), int(b)) for a, b in zip(who, apart.items, strict=True) if a < b})


if __name__ == "__main__":
    sys.exit(main())

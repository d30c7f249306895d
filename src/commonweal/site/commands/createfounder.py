"""Open the founding wizard, or give a community a founder when the last one is gone."""

from __future__ import annotations

import argparse
import sys

from commonweal.communities.models import Community, Membership, Role, State
from commonweal.people.models import Person


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", nargs="?", help="of somebody with an account here, who becomes a founder")
    parser.add_argument("--community", help="the community's short name, as in its address /c/NAME/")


def run(arguments: argparse.Namespace) -> int:
    if not Community.objects.exists():
        from commonweal.communities.first_start import make_first_start_link

        print(make_first_start_link())
        return 0
    if not arguments.email or not arguments.community:
        print(
            "There is a community already. Say who founds which: createfounder EMAIL --community NAME", file=sys.stderr
        )
        return 2
    person = Person.objects.filter(email__iexact=arguments.email).first()
    community = Community.objects.filter(slug=arguments.community).first()
    if person is None or community is None:
        missing = f"community {arguments.community}" if person else f"account with the address {arguments.email}"
        print(f"There is no {missing} here.", file=sys.stderr)
        return 1
    member, _new = Membership.objects.update_or_create(
        person=person,
        community=community,
        defaults={"role": Role.FOUNDER, "state": State.ACTIVE},
        create_defaults={"role": Role.FOUNDER, "state": State.ACTIVE, "display_name": arguments.email.split("@")[0]},
    )
    print(f"{member.display_name} is now a founder of {community.name}.")
    return 0

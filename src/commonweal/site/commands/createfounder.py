"""Open the founding wizard, or give a community a founder when the last one is gone."""

from __future__ import annotations

import argparse
import sys

from commonweal.communities.actions import appoint_founder
from commonweal.communities.models import Community
from commonweal.kit.errors import Refused
from commonweal.people.models import Person

from .prepare import migrate_if_needed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", nargs="?", help="of somebody with an account here, who becomes a founder")
    parser.add_argument("--community", help="the community's short name, as in its address /c/NAME/")
    parser.add_argument(
        "--name", default="Founder", help="how a founder who was no member is called (default: Founder)"
    )


def run(arguments: argparse.Namespace) -> int:
    migrate_if_needed()
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
    try:
        member = appoint_founder(person=person, community=community, display_name=arguments.name)
    except Refused as refused:
        print(f"{refused.message} Another name can be given with --name.", file=sys.stderr)
        return 1
    print(f"{member.display_name} is now a founder of {community.name}.")
    return 0

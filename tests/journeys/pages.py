"""Every page of the demonstration: its name, where it is and who looks. The page tests and the pictures use this list.

In a path, `{c}` is the community and words like `{topic}` stand for ids that `SEARCH` finds in the demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.instance import Instance

from .browser import Visitor

GUEST, NEWCOMER, SUPPORTER, ORGANISER, STEWARD = "guest", "newcomer", "supporter", "organiser", "steward"


@dataclass(frozen=True)
class Look:
    """One page as one person sees it."""

    name: str
    path: str
    who: str


#: Finds what the paths name. A page whose word finds nothing is an error, so that the list never shrinks unnoticed.
SEARCH = """
from commonweal.campaigns.models import Campaign
from commonweal.circles.models import Circle, Introduction
from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Conversation, Post, Topic
from commonweal.decisions.models import OpinionMap, Proposal
from commonweal.demo.roles import ROLES
from commonweal.exchange.models import Entry
from commonweal.gatherings.models import Gathering
from commonweal.kit import clock
from commonweal.library.models import Resource
from commonweal.moderation.models import Case
from django.db.models import Q
now = clock.now()
home = Community.objects.get(slug="riverside")
me = {role.key: Membership.objects.get(community=home, person__email=role.email) for role in ROLES}
newcomer, organiser = me["newcomer"], me["organiser"]
def first(found):
    one = found.filter(community=home).first()
    return one and one.pk
seen = Topic.objects.filter(withheld_at__isnull=True)
met = Gathering.objects.filter(private=False, for_support=False, withheld_at__isnull=True, cancellation__isnull=True)
pair = Introduction.objects.filter(Q(first=newcomer) | Q(second=newcomer))
talks = Conversation.objects.filter(opened_at__isnull=False, ended_at__isnull=True).order_by("-last_number")
ballots = Proposal.objects.filter(withheld_at__isnull=True)
result = {
    "topic": first(seen.exclude(kind="support").filter(posts_count__range=(4, 15)).order_by("-last_post_at")),
    "own_topic": first(seen.filter(author=organiser).exclude(kind="support")),
    "post": first(Post.objects.filter(author=organiser, deleted_at__isnull=True)) if hasattr(Post, "community")
        else Post.objects.filter(author=organiser, deleted_at__isnull=True, topic__closed_at=None).last().pk,
    "request": first(seen.filter(kind="support", audience="community", closed_at__isnull=True).order_by("-started_at")),
    "gathering": first(met.filter(starts_at__gt=now).order_by("starts_at")),
    "gathering_over": first(met.filter(ends_at__lt=now, recap__isnull=False).order_by("-ends_at")),
    "introduction": first(pair.order_by("-pk")),
    "circle": first(Circle.objects.filter(opened_at__isnull=False, last_at__gt=now).order_by("-pk")),
    "circle_over": first(Circle.objects.filter(opened_at__isnull=False, last_at__lt=now).order_by("-pk")),
    "circle_asked": newcomer.circle_invitations.order_by("-pk").values_list("pk", flat=True).first(),
    "campaign": first(Campaign.objects.filter(launched_at__isnull=False, closed_at__isnull=True)),
    "campaign_over": first(Campaign.objects.filter(closed_at__isnull=False)),
    "proposal": first(ballots.filter(opened_at__isnull=False, counted_at__isnull=True)),
    "proposal_over": first(ballots.filter(counted_at__isnull=False)),
    "map": first(OpinionMap.objects.filter(counted_at__isnull=True)),
    "map_over": first(OpinionMap.objects.filter(counted_at__isnull=False)),
    "entry": first(Entry.objects.filter(closed_at__isnull=True, withheld_at__isnull=True).exclude(author__in=me.values())),
    "resource": first(Resource.objects.all()),
    "case": first(Case.objects.order_by("decided_at")),
    "conversation": first(talks.filter(participants__membership=organiser)),
    "check_in": newcomer.person.check_ins.get().pk,
    "home_token": newcomer.person.check_ins.get().token,
    "contact_token": newcomer.person.trusted_contacts.get().token,
    "check_in_for": newcomer.person.check_ins.get().gathering_id,
    "home_visit": first(Entry.objects.filter(at_home=True, author=newcomer)),
    "asked_along": first(Entry.objects.filter(handovers__companion__membership=organiser)),
    "member": organiser.pk,
    "supporter": me["supporter"].pk,
}
"""

_FOR_GUESTS = [
    ("landing", "/"), ("demonstration", "/demo/"), ("help now", "/help-now/"), ("communities", "/communities/"),
    ("community as a guest", "/c/{c}/"), ("about", "/c/{c}/about/"), ("rules", "/c/{c}/rules/"),
    ("talk as a guest", "/c/{c}/talk/"), ("topic as a guest", "/c/{c}/talk/{topic}/"), ("meet as a guest", "/c/{c}/meet/"),
    ("gathering as a guest", "/c/{c}/meet/{gathering}/"), ("act as a guest", "/c/{c}/act/"),
    ("pulse as a guest", "/c/{c}/pulse/"), ("what stewards decided", "/c/{c}/log/"), ("sign in", "/account/login/"),
    ("sign up", "/account/signup/"), ("sign in by code", "/account/login/code/"),
    ("new password", "/account/password/reset/"), ("sign up with a passkey", "/account/signup/passkey/"),
    ("offline", "/offline/"),
    ("languages", "/languages/"), ("style", "/style/"), ("community by request", "/c/kept-company/"),
    ("ask to join", "/c/kept-company/join/"), ("trusted contact", "/trusted/{contact_token}/"),
    ("are you home", "/home/{home_token}/"),
]  # fmt: skip
_FOR_THE_NEWCOMER = [
    ("today of a newcomer", "/"), ("front page of a newcomer", "/c/{c}/"), ("more", "/c/{c}/more/"),
    ("ask for support", "/c/{c}/support/ask/"), ("apply to give support", "/c/{c}/support/giving/"),
    ("introductions", "/c/{c}/meet/introductions/"),
    ("invitation to a circle", "/c/{c}/meet/circles/invited/{circle_asked}/"),
    ("introduction", "/c/{c}/meet/introductions/{introduction}/"), ("join", "/c/{c}/you/"), ("own page", "/me/"),
    ("profile", "/me/profile/"), ("free times", "/me/times/"), ("place", "/me/place/"), ("language", "/me/language/"),
    ("under 18", "/me/age/"),
    ("consents", "/me/consents/"), ("blocks", "/me/blocks/"), ("download", "/me/download/"), ("close", "/me/close/"),
    ("email address", "/account/email/"), ("two steps", "/account/2fa/"), ("authenticator app", "/account/2fa/totp/activate/"),
    ("passkeys", "/account/2fa/webauthn/"), ("add a passkey", "/account/2fa/webauthn/add/"),
    ("choose a password", "/account/password/set/"), ("sign out", "/account/logout/"), ("devices", "/account/sessions/"),
    ("who founds", "/found/name/"), ("notices of a newcomer", "/notices/"), ("own calendar", "/me/calendar/"),
    ("check-ins", "/me/check-ins/"), ("start a check-in", "/me/check-ins/new/?gathering={check_in_for}"),
    ("check-in", "/me/check-ins/{check_in}/"), ("offer a lift", "/c/{c}/meet/{check_in_for}/lift/"),
    ("help at one's home", "/c/{c}/exchange/{home_visit}/"),
    ("leave", "/c/{c}/leave/"), ("keep away", "/c/{c}/people/{member}/block/"),
]  # fmt: skip
_FOR_THE_SUPPORTER = [
    ("today of a supporter", "/"), ("support", "/c/{c}/support/"), ("support answered", "/c/{c}/support/?show=answered"),
    ("queue", "/c/{c}/support/queue/"), ("promise measured", "/c/{c}/support/measured/"),
    ("giving support", "/c/{c}/support/giving/"), ("notes to oneself", "/c/{c}/support/giving/notes/"),
    ("rota", "/c/{c}/support/rota/"), ("gathering with a lift", "/c/{c}/meet/{check_in_for}/"),
    ("request", "/c/{c}/talk/{request}/"), ("member", "/c/{c}/people/{member}/"),
    ("ask to talk", "/c/{c}/people/{member}/talk/"), ("report", "/c/{c}/report/gathering/{gathering}/"),
    ("own reports", "/me/reports/"), ("introduce two", "/c/{c}/meet/introduce/?topic={topic}"),
]  # fmt: skip
_FOR_THE_ORGANISER = [
    ("today", "/"), ("talk", "/c/{c}/talk/"), ("topic", "/c/{c}/talk/{topic}/"), ("new topic", "/c/{c}/talk/new/"),
    ("search", "/c/{c}/talk/search/?q=river"), ("change a post", "/c/{c}/talk/post/{post}/change/"),
    ("messages", "/me/messages/"), ("conversation", "/me/messages/{conversation}/"), ("meet", "/c/{c}/meet/"),
    ("people I met", "/me/people/"), ("report private messages", "/me/messages/{conversation}/show/"),
    ("what was", "/c/{c}/meet/?show=past"), ("gathering", "/c/{c}/meet/{gathering}/"),
    ("gathering that was", "/c/{c}/meet/{gathering_over}/"), ("plan a gathering", "/c/{c}/meet/plan/?topic={topic}"),
    ("circles", "/c/{c}/meet/circles/"), ("circle", "/c/{c}/meet/circles/{circle}/"),
    ("circle that ended", "/c/{c}/meet/circles/{circle_over}/"),
    ("session of a circle", "/c/{c}/meet/circles/{circle}/sessions/1/"),
    ("what comes next", "/c/{c}/meet/circles/{circle_over}/next/"),
    ("start a circle", "/c/{c}/meet/circles/start/"), ("introductions wanted", "/c/{c}/meet/introductions/wishes/"),
    ("good places", "/c/{c}/meet/places/"), ("exchange", "/c/{c}/exchange/"),
    ("entry", "/c/{c}/exchange/{entry}/"), ("asked along", "/c/{c}/exchange/{asked_along}/"),
    ("ask or offer", "/c/{c}/exchange/new/"), ("act", "/c/{c}/act/"),
    ("campaign", "/c/{c}/act/campaigns/{campaign}/"), ("campaign that ended", "/c/{c}/act/campaigns/{campaign_over}/"),
    ("campaigns that ended", "/c/{c}/act/campaigns/done/"), ("start a campaign", "/c/{c}/act/campaigns/new/"),
    ("decisions", "/c/{c}/act/decisions/"), ("vote", "/c/{c}/act/decisions/{proposal}/"),
    ("vote that was counted", "/c/{c}/act/decisions/{proposal_over}/"), ("propose", "/c/{c}/act/decisions/new/"),
    ("opinion map", "/c/{c}/act/opinions/{map}/"), ("opinion map counted", "/c/{c}/act/opinions/{map_over}/"),
    ("own answers", "/c/{c}/act/opinions/{map}/mine/"), ("start an opinion map", "/c/{c}/act/opinions/new/"),
    ("library", "/c/{c}/library/"), ("resource", "/c/{c}/library/{resource}/"), ("add to the library", "/c/{c}/library/new/"),
    ("pulse", "/c/{c}/pulse/"), ("people", "/c/{c}/people/"), ("invitations", "/c/{c}/invitations/"),
    ("notices", "/notices/"), ("notice settings", "/notices/settings/"), ("chapters", "/c/{c}/chapters/"),
]  # fmt: skip
_FOR_THE_STEWARD = [
    ("ask into a circle", "/c/{c}/meet/circles/invite/"),
    ("held for a human", "/c/{c}/support/held/"), ("promise measured for stewards", "/c/{c}/support/measured/"),
    ("today of a steward", "/"), ("how matching goes", "/c/{c}/meet/introductions/rounds/"),
    ("introductions that wait", "/c/{c}/meet/introductions/paused/"), ("desk", "/c/{c}/desk/"),
    ("looking after people", "/c/{c}/desk/concerns/"),
    ("lines and services", "/c/{c}/desk/services/"), ("add a line", "/c/{c}/desk/services/new/"),
    ("lines from a file", "/c/{c}/desk/services/import/"), ("when in danger", "/help-now/policy/"),
    ("worried", "/c/{c}/worry/{post}/"),
    ("case", "/c/{c}/desk/case/{case}/"), ("first messages", "/c/{c}/desk/first-messages/"),
    ("pulse of a steward", "/c/{c}/pulse/"), ("requests to join", "/c/{c}/requests/"), ("roles", "/c/{c}/roles/"),
    ("vettings", "/c/{c}/vetting/"), ("vet somebody", "/c/{c}/people/{member}/vetting/"),
    ("change a role", "/c/{c}/people/{member}/role/"), ("remove", "/c/{c}/people/{member}/remove/"),
    ("settings", "/c/{c}/settings/"), ("doors", "/c/{c}/settings/doors/"), ("words", "/c/{c}/settings/rules/"),
    ("supporters", "/c/{c}/support/supporters/"), ("standard", "/c/{c}/support/supporters/standard/"),
    ("help lines", "/c/{c}/support/lines/"), ("words about safety", "/c/{c}/meet/safety/"),
    ("start a chapter", "/c/{c}/chapters/start/"),
]  # fmt: skip

PAGES = [
    Look(name, path, who)
    for who, pages in (
        (GUEST, _FOR_GUESTS),
        (NEWCOMER, _FOR_THE_NEWCOMER),
        (SUPPORTER, _FOR_THE_SUPPORTER),
        (ORGANISER, _FOR_THE_ORGANISER),
        (STEWARD, _FOR_THE_STEWARD),
    )
    for name, path in pages
]


def found_in(instance: Instance) -> dict[str, object]:
    """The ids that the paths name."""
    found: dict[str, object] = {"c": "riverside", **instance.python(SEARCH)}
    missing = [word for word, pk in found.items() if pk is None]
    assert not missing, f"the demonstration has no {missing}"
    return found


def sign_in_as(browser: Browser, instance: Instance, who: str, **options: object) -> Visitor:
    """Somebody's browser, signed in with one click as a visitor of the demonstration would."""
    visitor = Visitor(browser, instance.url, **options)  # type: ignore[arg-type]
    if who != GUEST:
        visitor.go("/demo/")
        visitor.page.locator(f"button[name=role][value={who}]").click()
        visitor.page.wait_for_load_state()
    return visitor

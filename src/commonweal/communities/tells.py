"""Who is told of what happens between a person and a community. Called by the worker with a step.

The subject of every step here is a membership: the asker, the newcomer, the member concerned.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import JoinAnswer, Membership, Role, State, Vetting, Welcome
from .vetting import is_vetted

STEWARD_ROLES = (Role.STEWARD, Role.FOUNDER)


def _subject(step: Step) -> Membership | None:
    return Membership.objects.select_related("community").filter(pk=step.subject_id, person__isnull=False).first()


def _told(member: Membership, text: object, url_name: str, step: Step, **params: str) -> list[Telling]:
    """One telling to `member`, unless it was their own doing."""
    if member.person_id is None or step.actor == member.pk:
        return []
    url = reverse(url_name, args=[member.community.slug])
    params["community"] = member.community.name
    return [Telling(member.person_id, text=text, url=url, params=params, community_id=member.community_id)]


def _stewards(step: Step, text: object) -> Iterable[Telling]:
    asker = _subject(step)
    if asker is None or asker.state != State.ASKED or asker.person_id is None:
        return
    apart = kept_apart(asker.person_id)
    stewards = Membership.objects.filter(community=asker.community, role__in=STEWARD_ROLES, state=State.ACTIVE)
    for steward in stewards.select_related("community"):
        if steward.person_id not in apart:
            yield from _told(steward, text, "communities:requests", step, name=asker.display_name)


def stewards_of_request(step: Step) -> Iterable[Telling]:
    """Every steward, at once."""
    return _stewards(step, _("%(name)s asks to join %(community)s."))


def stewards_of_waiting(step: Step) -> Iterable[Telling]:
    """Every steward, again, after two days without an answer."""
    return _stewards(step, _("%(name)s has waited two days for an answer: may they join %(community)s?"))


def asker_of_answer(step: Step) -> Iterable[Telling]:
    """The person who asked, whichever the answer."""
    asker = _subject(step)
    answer = JoinAnswer.objects.filter(pk=step.data.get("answer")).first()
    if asker is None or answer is None:
        return []
    if answer.accepted:
        text = _("You are in: %(community)s said yes.")
    else:
        text = _("%(community)s said no to your request to join. The reason is on its page.")
    return _told(asker, text, "communities:front", step)


def welcomer_of_newcomer(step: Step) -> Iterable[Telling]:
    """The member who was chosen to greet somebody new."""
    newcomer = _subject(step)
    welcome = Welcome.objects.select_related("welcomer").filter(newcomer=step.subject_id).first()
    if newcomer is None or welcome is None or welcome.greeted_at is not None:
        return
    welcomer = welcome.welcomer
    if welcomer.person_id is None or not welcomer.is_active:
        return
    yield Telling(
        welcomer.person_id,
        text=_("%(name)s is new in %(community)s. Please say hello: you are the one they will hear from first."),
        url=reverse("communities:greet", args=[newcomer.community.slug, newcomer.pk]),
        params={"name": newcomer.display_name, "community": newcomer.community.name},
        community_id=newcomer.community_id,
    )


def newcomer_of_greeting(step: Step) -> Iterable[Telling]:
    """The newcomer, who reads the greeting on the front page."""
    newcomer = _subject(step)
    welcome = Welcome.objects.select_related("welcomer").filter(newcomer=step.subject_id).first()
    if newcomer is None or welcome is None or newcomer.person_id is None:
        return []
    if welcome.welcomer.person_id in kept_apart(newcomer.person_id):
        return []
    text = _("%(name)s says hello to you in %(community)s.")
    return _told(newcomer, text, "communities:front", step, name=welcome.welcomer.display_name)


def member_of_role(step: Step) -> Iterable[Telling]:
    """The member whose role changed."""
    member = _subject(step)
    texts = {
        Role.MEMBER: _("You are now a member of %(community)s, without a special role."),
        Role.SUPPORTER: _("You are now a supporter in %(community)s. Thank you."),
        Role.STEWARD: _("You are now a steward of %(community)s. Thank you."),
        Role.FOUNDER: _("You are now a founder of %(community)s."),
    }
    if member is None or step.data.get("role") not in texts:
        return []
    return _told(member, texts[step.data["role"]], "communities:front", step)


def member_of_removal(step: Step) -> Iterable[Telling]:
    """The member who was removed. The link leads to the reason."""
    member = _subject(step)
    if member is None or member.state != State.REMOVED:
        return []
    return _told(member, _("A steward removed you from %(community)s. Read why."), "communities:removed", step)


def stewards_of_vetting(step: Step) -> Iterable[Telling]:
    """The other stewards: a second one has to look."""
    vetting = Vetting.objects.select_related("member__community").filter(pk=step.subject_id).first()
    if vetting is None or vetting.second_at or vetting.withdrawn_at or vetting.member.person_id is None:
        return
    member = vetting.member
    apart = kept_apart(vetting.member.person_id)
    stewards = Membership.objects.filter(community=member.community, role__in=STEWARD_ROLES, state=State.ACTIVE)
    for steward in stewards.exclude(pk=member.pk).exclude(person__in=apart).exclude(person=None):
        if steward.pk != step.actor and steward.person_id is not None:
            yield Telling(
                steward.person_id,
                text=_("%(name)s needs a second steward who vets them for contact with people under 18."),
                url=reverse("communities:vet", args=[member.community.slug, member.pk]),
                params={"name": member.display_name},
                community_id=member.community_id,
            )


def member_of_vetting(step: Step) -> Iterable[Telling]:
    """The member whom two stewards vetted."""
    vetting = Vetting.objects.select_related("member__community").filter(pk=step.subject_id).first()
    if vetting is None or vetting.withdrawn_at or not vetting.member.is_active:
        return []
    text = _("Two stewards of %(community)s vetted you for contact with people under 18, for a year.")
    return _told(vetting.member, text, "communities:front", step)


def member_of_withdrawal(step: Step) -> Iterable[Telling]:
    """The member whose vetting a steward ended, once, and nobody else. What never held, they never heard of."""
    vetting = Vetting.objects.select_related("member__community").filter(pk=step.subject_id).first()
    if vetting is None or vetting.withdrawn_at is None or vetting.until is None or not vetting.member.is_active:
        return []
    if vetting.until <= vetting.withdrawn_at or is_vetted(vetting.member):  # they were told then, or are vetted again
        return []
    together = Vetting.objects.filter(member=vetting.member, withdrawn_at=vetting.withdrawn_at, pk__gt=vetting.pk)
    if together.filter(until__gt=vetting.withdrawn_at).exists():  # two years that overlap are one ending
        return []
    text = _(
        "Your vetting for contact with people under 18 in %(community)s has ended. Only you are told. From now on private"
        " messages, introductions and handovers with people under 18 are closed for you; everything else stays as it is."
        " Thank you for the time you gave. If you would like to talk about it, write to a steward."
    )
    return _told(vetting.member, text, "communities:about", step)


def member_of_running_out(step: Step) -> Iterable[Telling]:
    """The member whose year is over, and nobody else."""
    vetting = Vetting.objects.select_related("member__community").filter(pk=step.subject_id).first()
    if vetting is None or vetting.withdrawn_at is not None or not vetting.member.is_active or is_vetted(vetting.member):
        return []
    text = _(
        "The year of your vetting for contact with people under 18 in %(community)s is over. Only you are told. Until two"
        " stewards have looked again, private messages, introductions and handovers with people under 18 are closed for"
        " you; everything else stays as it is. Thank you for the time you gave. If you would like to go on, ask a steward."
    )
    return _told(vetting.member, text, "communities:about", step)


def member_of_return(step: Step) -> Iterable[Telling]:
    """The member who may come back."""
    member = _subject(step)
    return _told(member, _("You may join %(community)s again."), "communities:front", step) if member else []

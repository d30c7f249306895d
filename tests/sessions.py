"""Somebody who is signed in already: for tests that are about what comes after signing in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from commonweal.people.models import Person
from commonweal.people.sessions import SessionStore


def session_of(person: Person) -> str:
    """The key of a new session of this person, for the cookie of a browser. Run it inside the instance."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)

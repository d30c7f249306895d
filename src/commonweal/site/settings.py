"""Settings. Whatever differs between instances is read from the environment, typed, and documented in docs/settings.md."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment as env
from .secret import secret_key

PACKAGE = Path(__file__).resolve().parent
TESTING = "pytest" in sys.modules and "COMMONWEAL_SERVING" not in os.environ

DATA = env.path("DATA", Path("data").resolve(), shown="data", help="Folder for the database, uploads and secrets.")
PORT = env.number("PORT", 8000, least=1, most=65535, help="The port to listen on.")
HOST = env.text("HOST", "127.0.0.1", help="The address to listen on. 0.0.0.0 for all.")
SITE_URL = env.text(
    "SITE_URL",
    f"http://localhost:{PORT}",
    help="Where people reach this instance, for links in mail.",
    shown="http://localhost:PORT",
).rstrip("/")
DEMO = env.yes_or_no("DEMO", False, help="Demonstration mode: sample community, one-click sign-in, codes on the page.")
if TESTING:  # tests never touch the folder of an instance, and see what a real one shows
    DATA, DEMO = Path(tempfile.mkdtemp(prefix="commonweal-test-")), False
    atexit.register(shutil.rmtree, DATA, ignore_errors=True)
FIRST_START = not DEMO and not TESTING  # until a community exists, only the founding link opens anything
DEBUG = env.yes_or_no("DEBUG", False, help="Show tracebacks in the browser. Never on a real instance.")
REHEARSAL = env.rehearsal(
    "REHEARSAL",
    real=SITE_URL.startswith("https://"),
    help="A file with the number of seconds this instance lives ahead of time, to try what deadlines do. Refused where "
    "SITE_URL is https.",
)
TODAY_SECONDS = 0 if TESTING else 20  # how long somebody's Today may be kept while nothing new concerns them
WEB_PROCESSES = env.number("WEB_PROCESSES", 2, least=1, most=64, help="How many processes serve pages.")

secure = SITE_URL.startswith("https://")
SECRET_KEY = env.text(
    "SECRET_KEY", "", help="Signs sessions and links.", shown="made once and kept in DATA"
) or secret_key(DATA)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("*",), help="Host names this instance answers to; * for any.")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "commonweal.kit",
    "commonweal.trail",
    "commonweal.people",
    "commonweal.communities",
    "commonweal.conversations",
    "commonweal.support",
    "commonweal.circles",
    "commonweal.exchange",
    "commonweal.gatherings",
    "commonweal.campaigns",
    "commonweal.decisions",
    "commonweal.library",
    "commonweal.moderation",
    "commonweal.insight",
    "commonweal.notices",
    "commonweal.interchange",
    "commonweal.demo",
    "commonweal.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "modelsearch",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "commonweal.people.middleware.Locality",
    "commonweal.notices.middleware.UnreadNotices",
    "commonweal.people.kept.KeptForms",
    "commonweal.communities.middleware.FirstStart",
    "commonweal.communities.middleware.Acted",
    "commonweal.communities.middleware.Thresholds",
    "commonweal.kit.access.AccessAudit",
]

ROOT_URLCONF = "commonweal.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonweal.communities.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "commonweal.kit.templatetags.commonweal",
            ],
        },
    }
]
FORM_RENDERER = "commonweal.kit.rendering.Renderer"

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        DATA / "commonweal.sqlite3",
        help="postgres://… to use PostgreSQL instead of the embedded database.",
    )
}
if TESTING:  # a test lives in one transaction: a connection must not be looked at, and closed, in the middle of it
    DATABASES["default"] |= {"CONN_HEALTH_CHECKS": False}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # what several processes must count together: allauth's limits on signing in; see people.SharedCache
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["sign-in", "safety", "normal", "bulk", "default"],
    }
}
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple", "AUTO_UPDATE": False}
}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["commonweal.people.sessions.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_ADAPTER = "commonweal.people.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "commonweal.people.adapter.shown_name"
ACCOUNT_FORMS = {"signup": "commonweal.people.entry.SignupForm"}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "commonweal.people.adapter.MfaAdapter"
MFA_FORMS = {"add_webauthn": "commonweal.people.entry.AddPasskeyForm"}
MFA_TOTP_ISSUER = "Commonweal"
MFA_TOTP_TOLERANCE = 1
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not secure
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "commonweal.people.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_FAILURE_VIEW = "commonweal.site.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if secure else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ar", _("Arabic"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
MEDIA_ROOT = DATA / "uploads"
MEDIA_URL = "/uploads/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

MAIL = env.one_of(
    "MAIL",
    "file",
    ("console", "file", "smtp"),
    help="Where mail goes: the terminal, files in DATA/mail, or a mail server.",
)
EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}[MAIL]
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = env.text("MAIL_HOST", "localhost", help="The mail server, with MAIL=smtp.")
EMAIL_PORT = env.number("MAIL_PORT", 587, least=1, most=65535, help="Its port.")
EMAIL_HOST_USER = env.text("MAIL_NAME", "", help="The name to sign in there with.")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD", "", help="The password to sign in there with.")
EMAIL_USE_TLS = env.yes_or_no("MAIL_TLS", True, help="Whether to encrypt the connection to the mail server.")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Commonweal <commonweal@localhost>", help="The sender of mail.")

LOG_LEVEL = env.one_of("LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR"), help="How much to log.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": LOG_LEVEL},
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False

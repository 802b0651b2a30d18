"""Settings of 匠程. One file; what differs between machines comes from the environment (see docs/operations.md)."""

import os
import secrets
import sys
from pathlib import Path

import environ
from jinja2 import StrictUndefined

from config import localpg

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = env.bool("TESTING", default="pytest" in sys.modules)
DEBUG = env.bool("DEBUG", default=False) and not TESTING
DEMO = env.bool("DEMO", default=False)
# Nothing embedded starts, and nothing insecure is tolerated, unless one of the three was asked for.
ON_THIS_MACHINE = DEBUG or DEMO or TESTING
HTTPS = env.bool("HTTPS", default=not ON_THIS_MACHINE)

LOCAL_DIR = Path(env.str("LOCAL_DIR", default=str(BASE_DIR / ".local")))


def _secret_key() -> str:
    """SECRET_KEY from the environment; on this machine only, one made once and kept in .local/."""
    if given := env.str("SECRET_KEY", default=""):
        if not ON_THIS_MACHINE and len(given) < 50:
            sys.exit("SECRET_KEY is too weak: a server of one's own needs a random secret of at least 50 characters.")
        return given
    if not ON_THIS_MACHINE:
        sys.exit("SECRET_KEY is not set: a server of one's own needs a secret of at least 50 characters.")
    if TESTING:
        return "tests-" + "0" * 50
    kept = LOCAL_DIR / "secret-key"
    if not kept.exists():
        LOCAL_DIR.mkdir(parents=True, exist_ok=True)
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if ON_THIS_MACHINE else [])
if not ALLOWED_HOSTS:
    sys.exit("ALLOWED_HOSTS is not set: name the host names of this server, separated by commas.")
if not ON_THIS_MACHINE and any("*" in host or not host.strip(" .") for host in ALLOWED_HOSTS):
    sys.exit("ALLOWED_HOSTS is open to every name: name the host names of this server, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- the database: the web role for everything that answers people, the owner for migrations -----------------------


EMBEDDED = not (env.str("DATABASE_URL", default="") or env.str("DATABASE_OWNER_URL", default=""))


def _database_urls() -> tuple[str, str]:
    """(web role, owner), from the environment or from the embedded server."""
    web, owner = env.str("DATABASE_URL", default=""), env.str("DATABASE_OWNER_URL", default="")
    if web and owner:
        return web, owner
    if web or owner:
        present, absent = ("DATABASE_URL", "DATABASE_OWNER_URL")[:: 1 if web else -1]
        sys.exit(
            f"{present} is set but {absent} is not: a server of one's own needs both, "
            "the web role's and the owner's, for the same database."
        )
    if not ON_THIS_MACHINE:
        sys.exit(
            "No database: set DATABASE_URL and DATABASE_OWNER_URL, "
            "or start with DEMO=1 or DEBUG=1 to use the embedded PostgreSQL."
        )
    try:
        return localpg.start(LOCAL_DIR, tests=TESTING)
    except localpg.CannotStart as problem:
        sys.exit(f"The embedded PostgreSQL did not start: {problem}")


WEB_URL, OWNER_URL = _database_urls()
_WAITS = {"lock_timeout": "3s", "statement_timeout": "15s", "idle_in_transaction_session_timeout": "30s"}
# A page's query joins a dozen tables by their keys, in the order in which they are written: looking for a better order of more than
# four at a time costs ten times what the query itself does.  The disks are no turntables: the next page by key costs what any other does.
_PLANS = {"join_collapse_limit": "4", "random_page_cost": "1.1"}
_PG_OPTIONS = " ".join(f"-c {name}={value}" for name, value in {**_WAITS, **_PLANS}.items())


def _database(url: str, **more: object) -> dict[str, object]:
    settings = environ.Env.db_url_config(url)
    options = {"connect_timeout": 5, "application_name": "jiangcheng", **settings.pop("OPTIONS", {})}
    return {**settings, "OPTIONS": options, **more}


DATABASES = {
    "default": _database(WEB_URL, CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True),
    "owner": _database(OWNER_URL, CONN_MAX_AGE=0),
}
DATABASES["default"]["OPTIONS"]["options"] = _PG_OPTIONS  # type: ignore[index]
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what the house is built of -----------------------------------------------------------------------------------

HOUSE_APPS = ["core", "staff", "leads", "projects", "inspections", "aftersales", "config"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    *HOUSE_APPS,
]

MIDDLEWARE = [
    "config.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staff.middleware.signed_in",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.middleware.posted_here",
    "config.middleware.Busy",
]

ROOT_URLCONF = "config.urls"
FORCE_SCRIPT_NAME = ""  # nobody's header moves the addresses of the pages
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "config.jinja2.environment",
            "undefined": StrictUndefined,
            "context_processors": ["config.nav.shell"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- people --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
STORE_MODEL = "staff.Store"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "staff.backend.PostsBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "staff.backend.attempted_name"
AXES_LOCKOUT_CALLABLE = "staff.views.doors.locked_out"
AXES_ENABLED = env.bool("AXES_ENABLED", default=not TESTING)
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
OTP_TOTP_ISSUER = "匠程"
if TESTING:
    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",  # the people of the tests
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # first passwords (staff/passwords.py)
    ]

# --- in the browser ------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

FORM_RENDERER = "django.forms.renderers.Jinja2"  # draws a field in half the time of Django's own templates
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / ("test-media" if TESTING else "media"))))
_PLAIN_STATIC = DEBUG or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _PLAIN_STATIC
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = _PLAIN_STATIC

FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # form fields; signatures are strokes, not pictures
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 64  # a whole survey: sixty photos

# --- work in the background ----------------------------------------------------------------------------------------

PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")  # printed as QR on papers

TASKS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django_tasks.backends.dummy.DummyBackend" if TESTING else "django_tasks_db.DatabaseBackend",
        "QUEUES": [],
    }
}

# --- what is written to the log ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.middleware.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

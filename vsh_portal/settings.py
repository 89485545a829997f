"""Every setting of the portal, from the environment; unsafe production settings stop the start."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environ import Env

from vsh_portal.environment import env_bool, env_mode, env_secret, refuse_unsafe_production

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
VSH_MODE = env_mode(env)
DEMO, TESTING, PRODUCTION = (mode == VSH_MODE for mode in ("demo", "test", "production"))
VAR_DIR = Path(env.str("VSH_VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env_bool(env, "DEBUG", default=False)
SECRET_KEY = env_secret(env, "SECRET_KEY", VSH_MODE, VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
AUDIT_KEY = env_secret(env, "AUDIT_KEY", VSH_MODE, VAR_DIR)  # its own: changing it makes every entry read as altered
PORTAL_ORIGIN = env.str("PORTAL_ORIGIN", default="" if PRODUCTION else "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN] if PORTAL_ORIGIN else []

# The council
COUNCIL_NAME = env.str("COUNCIL_NAME", default="Exampleshire Council")
SERVICE_NAME = env.str("SERVICE_NAME", default="Virtual School portal")
LA_CODE = env.str("LA_CODE", default="800")
SAFEGUARDING_PHONE = env.str("SAFEGUARDING_PHONE", default="01632 960 100")
VIRTUAL_SCHOOL_PHONE = env.str("VIRTUAL_SCHOOL_PHONE", default="01632 960 200")
VIRTUAL_SCHOOL_EMAIL = env.str("VIRTUAL_SCHOOL_EMAIL", default="virtual.school@example.org")
PANEL_PLACES_BESIDE = env_bool(env, "PANEL_PLACES_BESIDE", default=True)
REVIEW_SAMPLE_PERCENT = env.int("REVIEW_SAMPLE_PERCENT", default=10)
PLACE_RESERVED_SCHOOL_DAYS = env.int("PLACE_RESERVED_SCHOOL_DAYS", default=20)
INVITATION_HOURS = env.int("INVITATION_HOURS", default=72)
ACCESS_AFTER_PLACE_DAYS = env.int("ACCESS_AFTER_PLACE_DAYS", default=28)
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=100 * 1024 * 1024)
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")  # a path, or host:port; only demo and test run without

INSTALLED_APPS = [
    "core",
    "audit",
    "messaging",
    "accounts",
    "documents",
    "caseload",
    "peps",
    "training",
    "referrals",
    "desk",
    "reports",
    "vsh_portal",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
if TESTING or DEMO:
    INSTALLED_APPS += env.list("EXTRA_APPS", default=[])

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.RefuseLargeBody",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PrivateHeaders",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ChooseHat",
    "accounts.middleware.RequireAccessRule",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]

ROOT_URLCONF, WSGI_APPLICATION = "vsh_portal.urls", "vsh_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.portal",
            ],
            "string_if_invalid": "",
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS, CRISPY_TEMPLATE_PACK = ["vs"], "vs"
CRISPY_FAIL_SILENTLY = False
FILTERS_EMPTY_CHOICE_LABEL = "Any"
CRISPY_CLASS_CONVERTERS = {
    "textinput": "govuk-input",
    "emailinput": "govuk-input",
    "passwordinput": "govuk-input",
    "numberinput": "govuk-input",
    "urlinput": "govuk-input",
    "dateinput": "govuk-input govuk-input--width-10",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "clearablefileinput": "govuk-file-upload",
    "fileinput": "govuk-file-upload",
}

DATABASES = {"default": env.db("DATABASE_URL", default="" if PRODUCTION else f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["ATOMIC_REQUESTS"] = False
SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
if SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # select_for_update is a silent no-op here
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000;"
            "PRAGMA mmap_size=134217728;PRAGMA temp_store=MEMORY;"
        ),
    }
    # A file: in memory, the threads of the live server would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "vsh"}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_rows"}}
CELERY_BROKER_URL = REDIS_URL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "desk:home"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignIn",
    "reset_password": "accounts.sign_in_forms.ForgottenPassword",
    "reset_password_from_key": "accounts.sign_in_forms.NewPassword",
    "change_password": "accounts.sign_in_forms.ChangePassword",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgain",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

EMAIL_HOST, EMAIL_PORT = env.str("EMAIL_HOST", default=""), env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_USER", default=""), env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env_bool(env, "EMAIL_USE_TLS", default=False), 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=VIRTUAL_SCHOOL_EMAIL)
# The demo never sends: its mails lie in var/mail to be read.
EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if PRODUCTION or EMAIL_HOST else "filebased") + ".EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")

LANGUAGE_CODE, TIME_ZONE, USE_TZ, USE_I18N = "en-gb", "Europe/London", True, True
DATE_FORMAT = "l j F Y"
STATIC_URL, STATIC_ROOT = "/static/", BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
MEDIA_ROOT, MEDIA_URL = PRIVATE_ROOT, ""  # nothing is served from here except through a view
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool(env, "HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env_bool(env, "HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # a council's parent domain is not ours to pin
if env_bool(env, "BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else all people share one address and one rate limit
SECURE_REFERRER_POLICY, SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin", "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "vsh": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Its reports would carry request data; the JSON line of django.request says enough.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
refuse_unsafe_production(
    VSH_MODE,
    debug=DEBUG,
    engine=DATABASES["default"]["ENGINE"],
    hosts=ALLOWED_HOSTS,
    origins=CSRF_TRUSTED_ORIGINS,
    email_host=EMAIL_HOST,
    clamav_socket=CLAMAV_SOCKET,
)

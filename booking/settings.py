"""Settings from the environment, each with a safe default for a first run on one machine."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from click import ClickException

_SHORTEST_TOKEN = 10  # as GOV.UK Notify demands


class SettingError(ClickException, ValueError):
    """A setting that is missing or cannot be used; the message names it, and ends a command."""

    exit_code = 2


def from_environment(environment: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """The app's configuration.

    Without DATABASE_URL the database is a SQLite file in the instance folder, and the secret
    key is made there once; with one, SECRET_KEY must be given.
    """
    url = environment.get("DATABASE_URL") or f"sqlite:///{instance / 'local-diaries.sqlite'}"
    public = environment.get("PUBLIC_BASE_URL", "http://127.0.0.1:5000").rstrip("/")
    brand = environment.get("BRAND", "generic")
    if brand not in ("generic", "govuk"):
        raise SettingError(f"BRAND is {brand!r}; it can be generic or govuk.")
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(url),
        "SECRET_KEY": environment.get("SECRET_KEY") or _made_key(environment, instance),
        "PUBLIC_BASE_URL": public,
        **_texts(environment),
        "EMBEDDED_WORKER": environment.get("EMBEDDED_WORKER", "0") == "1",
        "BRAND": brand,
        "MAP_LINK": environment.get("MAP_LINK", ""),
        "SESSION_COOKIE_SECURE": public.startswith("https://"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "API_LIMIT_PER_SECOND": _number(environment, "API_LIMIT_PER_SECOND", 100),
        "TRUSTED_PROXIES": _number(environment, "TRUSTED_PROXIES", 0),
    }


def _texts(environment: Mapping[str, str]) -> dict[str, str]:
    """How texts leave: SMS_GATEWAY names the channel, and its own settings begin with its name.

    All are read whatever the channel: answers to what the last one sent go on coming.
    """
    gateway = environment.get("SMS_GATEWAY") or "console"
    prefixes = (f"{gateway.upper()}_", "TWILIO_", "NOTIFY_")
    own = {name: value for name, value in environment.items() if name.startswith(prefixes)}
    texts = {"TWILIO_AUTH_TOKEN": "", "NOTIFY_CALLBACK_TOKEN": "", **own, "SMS_GATEWAY": gateway}
    if 0 < len(texts["NOTIFY_CALLBACK_TOKEN"]) < _SHORTEST_TOKEN:
        raise SettingError(
            f"NOTIFY_CALLBACK_TOKEN is too short: it has {_SHORTEST_TOKEN} characters or more."
        )
    return texts


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    given = environment.get(name, str(default))
    if not given.isdecimal():
        raise SettingError(f"{name} is {given!r}; it is a number.")
    return int(given)


def _engine_options(url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"hide_parameters": True}  # an error in the log names no claimant
    if not url.startswith("sqlite"):
        options |= {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}
    return options


def _made_key(environment: Mapping[str, str], instance: Path) -> str:
    if environment.get("DATABASE_URL"):
        raise SettingError("Set SECRET_KEY: a database of your own needs a secret of your own.")
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "secret-key"
    if not kept.exists():
        # Linked whole: of two processes that start at once, neither reads half a key.
        descriptor, made = tempfile.mkstemp(dir=instance)  # for its owner's eyes only
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(made, kept)
        os.unlink(made)
    return kept.read_text()

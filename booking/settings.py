"""Settings from the environment, each with a safe default for a first run on one machine."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class SettingError(ValueError):
    """A setting that is missing or cannot be used; the message names it."""


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
        "SMS_GATEWAY": environment.get("SMS_GATEWAY", "console"),
        "EMBEDDED_WORKER": environment.get("EMBEDDED_WORKER", "0") == "1",
        "BRAND": brand,
        "SESSION_COOKIE_SECURE": public.startswith("https://"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        "API_LIMIT_PER_SECOND": int(environment.get("API_LIMIT_PER_SECOND", "100")),
    }


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {}
    return {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True}


def _made_key(environment: Mapping[str, str], instance: Path) -> str:
    if environment.get("DATABASE_URL"):
        raise SettingError("Set SECRET_KEY: a database of your own needs a secret of your own.")
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "secret-key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    return kept.read_text()

"""Local Diaries: create_app() plugs the service, its pages, its API and its commands together."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import commands, worker
from booking.database import db
from booking.routes import (
    PAGES,
    api,
    error_pages,
    ids,
    security,
    sign_in,
    static_files,
    texts_in,
    words_on_pages,
)
from booking.routes.by_link import language_of_page
from booking.routes.claimant import claimant
from booking.routes.offer import offer
from booking.settings import SettingError, from_environment
from notifications.channels import open_channel
from notifications.message import ChannelError

HERE = Path(__file__).parent
MACRO_PACKAGES = ("govuk_frontend_jinja", "govuk_frontend_wtf")  # the prefix of their templates


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The whole application. `overrides` replace settings taken from the environment."""
    app = Flask(__name__, root_path=str(HERE), instance_path=str(HERE / "instance"))
    app.config.update(from_environment(os.environ, HERE / "instance"))
    app.config.update(overrides or {})
    app.jinja_options = {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "loader": ChoiceLoader(
            [
                FileSystemLoader(HERE / "templates"),
                PrefixLoader({name: PackageLoader(name) for name in MACRO_PACKAGES}),
            ]
        ),
    }
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    try:
        app.extensions["texts"] = open_channel(app.config)
    except ChannelError as error:
        raise SettingError(str(error)) from None
    db.init_app(app)
    Migrate(app, db, directory=str(HERE / "migrations"), render_as_batch=False)
    Babel(
        app,
        default_translation_directories=str(HERE / "translations"),
        locale_selector=language_of_page,
    )
    csrf = CSRFProtect(app)
    for opened_by_link in (claimant, offer):  # the address is the secret; see by_link
        csrf.exempt(opened_by_link)
    WTFormsHelpers(app)
    ids.init_app(app)
    sign_in.init_app(app)
    security.init_app(app)
    static_files.init_app(app)
    error_pages.init_app(app)
    words_on_pages.init_app(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    csrf.exempt(texts_in)  # signed by a provider, which keeps no cookie
    api.init_app(app, csrf)
    commands.init_app(app)
    # A command has work of its own to do; only what serves pages takes the worker in.
    if app.config["EMBEDDED_WORKER"] and os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        worker.start(app)
    return app

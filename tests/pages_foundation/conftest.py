"""A small Flask app around the page foundation, served to a real browser."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template, request
from flask_wtf import CSRFProtect, FlaskForm
from govuk_frontend_wtf.main import WTFormsHelpers
from govuk_frontend_wtf.wtforms_widgets import GovDateInput, GovSelect, GovTextInput
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from booking.words import ROLE_NAMES
from tests.chromium import PATIENCE_MS

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
STRICT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
STRICT_POLICY += "connect-src 'self'; form-action 'self'; base-uri 'none'"


class FilterForm(FlaskForm):
    """What a staff page filters by."""

    class Meta:
        csrf = False

    office = SelectField(
        "Office",
        widget=GovSelect(),
        choices=[
            SelectChoice(value="1", label="Northgate"),
            SelectChoice(value="2", label="South"),
        ],
    )
    search = StringField("Name or reference", widget=GovTextInput())


class BookForm(FlaskForm):
    """A form whose every field can be wrong."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter a name")])
    signing_on = DateField(
        "Signing day", widget=GovDateInput(), validators=[InputRequired("Enter the signing day")]
    )


class UnreachableUser:
    """A signed-in user whose record cannot be read: the database is away."""

    @property
    def is_authenticated(self) -> bool:
        raise ConnectionError


def make_app(*, brand: str = "generic") -> Flask:
    """Serve the style guide, the papers and the error pages as the real app would."""
    app = Flask(__name__, static_folder=str(PROJECT / "static"), static_url_path="/static")
    app.config.update(SECRET_KEY="for tests only", PAGE={"status": "booked", "posts": 0})
    packages = {
        name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")
    }
    folders = FileSystemLoader([PROJECT / "templates", HERE / "templates"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.loader = ChoiceLoader([folders, PrefixLoader(packages)])
    app.jinja_env.filters["role"] = ROLE_NAMES.__getitem__
    CSRFProtect(app)
    WTFormsHelpers(app)
    seen = app.config["PAGE"]
    user = SimpleNamespace(is_authenticated=True, name="Amina Invented", role="jobcentre_adviser")

    @app.context_processor
    def page_frame() -> dict[str, object]:
        pages = ["Home", "Find a slot", "My referrals", "Walkovers", "Tomorrow’s calls"]
        links = [{"text": p, "href": f"/{i}", "current": i == 1} for i, p in enumerate(pages)]
        return {"brand": brand, "current_user": user, "navigation": links}

    @app.after_request
    def strict(response):
        response.headers["Content-Security-Policy"] = STRICT_POLICY
        return response

    @app.get("/style-guide")
    def style_guide() -> str:
        people = [("Sam Example", "booked"), ("Jo Invented", "arrived")]
        return render_template("style_guide.html", filter_form=FilterForm(), people=people)

    @app.route("/errors-shown")
    def errors_shown() -> str:
        form = BookForm(meta={"csrf": False})
        form.validate()
        return render_template("form.html", form=form)

    @app.get("/fragment")
    def fragment() -> str:
        people = [("Sam Example", seen["status"]), ("Jo Invented", "arrived")]
        return render_template("fragment.html", people=people)

    @app.post("/slow-post")
    def slow_post() -> str:
        seen["posts"] += 1
        time.sleep(0.5)
        return render_template("errors/404.html")

    @app.get("/card")
    def card() -> str:
        return render_template("card.html", large="large" in request.args)

    @app.get("/day-list")
    def day_list() -> str:
        rows = [[f"{h}:00", "Sam Example", "Priya Nair", "Room 2", "Booked"] for h in range(9, 16)]
        return render_template("day_list.html", rows=rows)

    @app.get("/error/<int:code>")
    def error(code: int) -> str:
        user_then = UnreachableUser() if code == 500 else user
        return render_template(f"errors/{code}.html", current_user=user_then)

    return app


@pytest.fixture(scope="session")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="session")
def govuk_app() -> Flask:
    return make_app(brand="govuk")


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def patient_page(browser: Browser, **settings: object) -> Iterator[Page]:
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from patient_page(browser, viewport={"width": 1280, "height": 900})


@pytest.fixture
def narrow_page(browser: Browser) -> Iterator[Page]:
    yield from patient_page(browser, viewport={"width": 320, "height": 640})


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A browser without JavaScript."""
    yield from patient_page(browser, java_script_enabled=False)

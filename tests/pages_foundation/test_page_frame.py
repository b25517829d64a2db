"""The page foundation as HTML: titles, macros, error pages and what may be vendored."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

PROJECT = Path(__file__).parent.parent.parent
STATIC = PROJECT / "static"
TEMPLATES = PROJECT / "templates"

ERROR_CODES = [400, 403, 404, 405, 409, 413, 429, 500]

STATUS_WORDS = [
    ("booked", "Booked"),
    ("arrived", "Arrived"),
    ("attended", "Attended"),
    ("failed_to_attend", "Failed to attend"),
    ("cancelled", "Cancelled"),
    ("excused", "Excused"),
]


def get(app: Flask, path: str) -> str:
    response = app.test_client().get(path)
    assert response.status_code == 200
    return response.text


def title_of(html: str) -> str:
    return re.search("<title>(.*)</title>", html)[1]


def render(app: Flask, macro_file: str, macro: str, call: str, **context: object) -> str:
    source = f'{{% from "macros/{macro_file}.html" import {macro} with context %}}{{{{ {call} }}}}'
    with app.test_request_context():
        return app.jinja_env.from_string(source).render(**context)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/style-guide", "Style guide – Local Diaries"),
        ("/errors-shown", "Error: Book – Local Diaries"),
        ("/error/404", "Page not found – Local Diaries"),
        ("/card", "Appointment card – Local Diaries"),
    ],
)
def test_titles(app: Flask, path: str, title: str) -> None:
    assert title_of(get(app, path)) == title


def test_a_welsh_page_says_so_and_keeps_its_english_frame_english(app: Flask) -> None:
    page = '{% extends "base.html" %}{% set language = "cy" %}{% set errors = true %}'
    with app.test_request_context():
        html = render_template_string(page)

    assert '<html lang="cy"' in html
    assert "<title>Gwall: " in html
    assert len(re.findall(r'<(?:header|footer|a)\b[^>]*lang="en"', html)) == 3


def test_signing_out_is_a_post_with_a_token(app: Flask) -> None:
    form = re.search(r'<form[^>]*action="/sign-out">.*?</form>', get(app, "/style-guide"), re.S)[0]

    assert 'method="post"' in form
    assert re.search(r'name="csrf_token" value="[^"]{20,}"', form)
    assert "Amina Invented" in form
    assert "Jobcentre adviser" in form


def test_the_current_page_is_marked_in_the_navigation(app: Flask) -> None:
    current = re.findall(
        r'<a[^>]*aria-current="page"[^>]*>\s*<strong[^>]*>([^<]*)', get(app, "/card")
    )
    assert current == []

    page = get(app, "/style-guide")
    assert re.findall(r'aria-current="page"[^>]*>\s*<strong[^>]*>([^<]*)', page) == ["Find a slot"]


def test_a_visitor_who_is_not_signed_in_sees_no_navigation(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string('{% extends "base.html" %}', current_user=None)

    assert "/sign-out" not in html
    assert "govuk-service-navigation" not in html


@pytest.mark.parametrize(("status", "words"), STATUS_WORDS)
def test_status_words(app: Flask, status: str, words: str) -> None:
    assert words in render(app, "diary", "status_tag", "status_tag(status)", status=status)


@pytest.mark.parametrize(
    ("macro_file", "macro", "call"),
    [
        ("page", "page_heading", "page_heading(x, x)"),
        ("page", "empty_state", "empty_state(x, x, '/')"),
        ("page", "facts", "facts([{'label': x, 'value': x, 'note': x}])"),
        ("page", "post_button", "post_button('/', x, x, {x: x})"),
        ("diary", "slot_button", "slot_button('/', x, x, [x], x, '1')"),
        ("diary", "timeline_entry", "timeline_entry(x, x, x, details=x, caller=nothing)"),
        ("tables", "data_table", "data_table(x, [x, {'text': x}], [[x, {'text': x}]])"),
        ("tables", "week_grid", "week_grid(x, [x], [{'text': x, 'cells': [{'text': x}]}])"),
        ("messages", "bubble", "bubble(x, 'in', x, x, x)"),
        ("paper", "card_line", "card_line(x, x, [x])"),
        ("paper", "card_list", "card_list(x, [x])"),
    ],
)
def test_words_from_people_are_never_markup(
    app: Flask, macro_file: str, macro: str, call: str
) -> None:
    html = render(app, macro_file, macro, call, x="<b>Jo & Sam's</b>", nothing=lambda: "")

    assert "<b>" not in html
    assert "&lt;b&gt;Jo &amp; Sam" in html
    assert "&amp;lt;" not in html


def test_flashed_messages_become_banners(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Booked for Tuesday."), ("message", "The room moved.")]

    html = client.get("/style-guide").text

    assert "govuk-notification-banner--success" in html
    assert re.findall(r'id="(message-\d)"', html) == ["message-1", "message-2"]
    assert "Booked for Tuesday." in html
    assert "The room moved." in html


def test_the_error_of_a_date_leads_to_its_first_box(app: Flask) -> None:
    html = get(app, "/errors-shown")
    links = re.findall(r'<a href="#([\w-]+)">Enter', html)

    assert links == ["name", "signing_on-day"]
    for target in links:
        assert re.search(rf'<input[^>]*id="{target}"', html)


@pytest.mark.parametrize("code", ERROR_CODES)
def test_an_error_page_says_what_happened_and_what_to_do(app: Flask, code: int) -> None:
    main = re.search("<main.*</main>", get(app, f"/error/{code}"), re.S)[0]
    sentences = [re.sub("<[^>]*>", "", p) for p in re.findall("<p[^>]*>(.*?)</p>", main, re.S)]

    assert re.search(r"<h1[^>]*>[^<]+</h1>", main)
    assert len(sentences) == 2
    assert all(sentence.endswith(".") for sentence in sentences)


def test_an_error_page_takes_the_sentence_of_the_error(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.get_template("errors/409.html")
        html = template.render(message="That slot has just been taken.")

    assert "That slot has just been taken." in html
    assert "This has changed since" not in html


def test_no_page_needs_inline_script_or_style() -> None:
    for template in TEMPLATES.rglob("*.html"):
        source = template.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", source), template.name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", source), template.name


def test_every_class_of_ours_that_the_frame_uses_has_a_style() -> None:
    """Pages may add templates; the frame and the macros must not lose a style."""
    styled = set(re.findall(r"\.(ld-[\w-]+)", (STATIC / "local-diaries.css").read_text()))
    frame = [*TEMPLATES.glob("*.html"), *(TEMPLATES / "macros").glob("*.html")]
    used = {
        name
        for template in frame
        for name in re.findall(r"\bld-[a-z][\w-]*\w\b", template.read_text())
    }

    allowed_plain = {"ld-heading", "ld-timeline__what", "ld-slot__details"}
    assert used - styled - allowed_plain - {"ld-live"} == set()


def test_vendored_files_are_unbranded_and_of_the_version_that_the_macros_match() -> None:
    css = (STATIC / "govuk" / "govuk-frontend.css").read_text()
    module = (STATIC / "govuk" / "govuk-frontend.js").read_text()
    names = {path.name for path in (STATIC / "govuk").rglob("*")}

    assert '--govuk-frontend-version: "6.3.0"' in css
    assert "6.3.0" in module
    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert names == {"govuk-frontend.css", "govuk-frontend.js", "LICENCE.txt"}
    assert "The MIT License" in (STATIC / "govuk" / "LICENCE.txt").read_text()


def test_the_generic_brand_has_no_crown_and_govuk_has_its_own_files(
    app: Flask, govuk_app: Flask
) -> None:
    generic = get(app, "/style-guide")
    govuk = get(govuk_app, "/style-guide")

    assert "GOV.UK" not in generic
    assert "govuk-generic-header" in generic
    assert 'aria-label="GOV.UK"' in govuk
    assert "/static/govuk-brand/govuk-frontend.css" in govuk

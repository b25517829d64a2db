"""Static files on a poor link: fetched once, compressed, fetched again only when they change."""

import gzip
import re

from flask.testing import FlaskClient


def stylesheet(client: FlaskClient) -> str:
    return re.search(r'href="(/static/local-diaries.css[^"]*)"', client.get("/sign-in").text)[1]


def test_the_address_of_a_file_changes_with_its_content_and_is_kept_for_good(
    client: FlaskClient,
) -> None:
    address = stylesheet(client)

    answer = client.get(address)

    assert re.search(r"\?v=[0-9a-f]{10}$", address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_without_its_mark_a_file_is_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/static/local-diaries.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/nothing.css").status_code == 404


def test_a_browser_that_can_unpack_gets_a_fifth_of_it(client: FlaskClient) -> None:
    plain = client.get("/static/govuk/govuk-frontend.css").data

    packed = client.get("/static/govuk/govuk-frontend.css", headers={"Accept-Encoding": "br, gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain
    assert len(packed.data) < len(plain) / 5


def test_pages_which_hold_secrets_are_not_compressed(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"

"""Static files for poor links: fetched once for each content they ever have, and compressed."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_COMPRESSIBLE = ("text/css", "text/javascript", "image/svg+xml")
_FOR_GOOD = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def with_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        """The address of a file carries its content's mark: new content, new address.

        `v=None` asks for the plain address, as one script names another.
        """
        if endpoint == "static" and "v" not in values:
            values["v"] = _fingerprint(folder / values["filename"])

    @app.after_request
    def kept_by_browsers(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200:
            return response
        if "v" in request.args:
            response.headers["Cache-Control"] = _FOR_GOOD
        # Pages are never compressed: they hold secrets beside what others may have typed.
        if response.mimetype in _COMPRESSIBLE and request.accept_encodings["gzip"]:
            response.direct_passthrough = False
            response.set_data(_compressed(folder / request.view_args["filename"]))  # type: ignore[index]
            response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        return response


@cache
def _fingerprint(path: Path) -> str:
    """Ten digits that change with the content; nothing for a file that is not there."""
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)

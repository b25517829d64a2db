"""The application as a browser meets it: a server of its own process, on one winter morning.

`fill` puts everything into a migrated, empty database and says what is where; `serve` serves a
database that was filled, says where, and ends with whoever started it.
"""

import json
import logging
import sys
import threading
from datetime import timedelta

import time_machine
from flask import Flask
from werkzeug.serving import make_server

from booking.database import db
from tests.browser import district
from tests.conftest import make_app

# The browser lives in another year: its clock must not end the sign-in.
ALWAYS = timedelta(days=36_500)


def app_on(url: str) -> Flask:
    return make_app(url, TESTING=False, WTF_CSRF_ENABLED=True, PERMANENT_SESSION_LIFETIME=ALWAYS)


def fill(url: str) -> None:
    with app_on(url).app_context():
        facts = district.fill()
        db.session.remove()
        db.engine.dispose()
    print(json.dumps(facts), flush=True)


def serve(url: str) -> None:
    app = app_on(url)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # However long the browser takes, it is twenty past ten.
    time_machine.travel(district.NOW, tick=False).start()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(json.dumps(f"http://127.0.0.1:{server.server_port}"), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    {"fill": fill, "serve": serve}[sys.argv[1]](sys.argv[2])

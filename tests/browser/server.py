"""The application as a browser meets it: a server of its own process, on one winter morning."""

import json
import logging
import sys
import threading
from datetime import timedelta

import time_machine
from werkzeug.serving import make_server

from tests.browser import district
from tests.conftest import make_app

# The browser lives in another year: its clock must not end the sign-in.
ALWAYS = timedelta(days=36_500)


def main(url: str) -> None:
    """Fill a migrated, empty database, say where the server is, and serve while listened to."""
    app = make_app(url, TESTING=False, WTF_CSRF_ENABLED=True, PERMANENT_SESSION_LIFETIME=ALWAYS)
    with app.app_context():
        facts = district.fill()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    time_machine.travel(district.NOW, tick=True).start()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    print(json.dumps({"address": address, **facts}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # ends with whoever started this


if __name__ == "__main__":
    main(sys.argv[1])

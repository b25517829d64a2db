"""Version 1 of the HTTP API: the use cases, spoken in JSON."""

from flask import Flask
from flask_wtf import CSRFProtect


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Placed here by the API's own module."""

"""Who is signed in: flask-login's side of it."""

from flask import Flask
from flask_login import LoginManager

from booking import accounts
from booking.routes import access

login_manager = LoginManager()
login_manager.session_protection = None  # the security stamp ends sign-ins; phones change address
login_manager.user_loader(accounts.user_of_session)


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    access.init_app(app)

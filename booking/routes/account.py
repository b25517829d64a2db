"""Signing in, signing out, the password, and what the service is."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from booking import accounts
from booking.errors import BookingError
from booking.forms.account import ChangePasswordForm, SignInForm
from booking.forms.refusals import show_refusal
from booking.routes.access import audience, for_everybody, the_actor
from booking.routes.words_on_pages import NAVIGATION

account = Blueprint("account", __name__)


@account.get("/")
@audience()
def home() -> ResponseReturnValue:
    """The first page of the role."""
    first = NAVIGATION[current_user.role][0][1]
    return redirect(url_for(first))


@account.route("/sign-in", methods=["GET", "POST"])
@for_everybody
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            user = accounts.sign_in(
                email=form.email.data,
                password=form.password.data,
                address=request.remote_addr or "",
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
            status = refusal.status
        else:
            session.clear()  # nothing from before the sign-in is carried into it
            session.permanent = True
            login_user(user)
            return redirect(_local(request.args.get("next")) or url_for("account.home"))
    return render_template("account/sign_in.html", form=form, errors=_errors(form)), status


@account.post("/sign-out")
@audience()
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("account.sign_in"))


@account.route("/password", methods=["GET", "POST"])
@audience()
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            user = accounts.change_password(
                user_id=current_user.id,
                current=form.current.data,
                new=form.new.data,
                by=the_actor(),
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            login_user(user)
            flash("Your password is changed.", "success")
            return redirect(url_for("account.home"))
    return render_template("account/password.html", form=form, errors=_errors(form))


@account.get("/about")
@for_everybody
def about() -> ResponseReturnValue:
    return render_template("account/about.html")


def _errors(form: SignInForm | ChangePasswordForm) -> bool:
    return bool(form.errors)


def _local(address: str | None) -> str | None:
    """The address if it is a path of this service; anything else could lead away from it."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    return address if not urlsplit(address).netloc else None

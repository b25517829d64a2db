"""Staff accounts and API tokens. A password or a secret is shown once, in the answer itself."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import accounts, places, tokens
from booking.errors import BookingError
from booking.forms.admin import (
    ChangeUserForm,
    TokenForm,
    UserForm,
    district_choices,
    key,
    office_choices,
)
from booking.forms.refusals import show_refusal
from booking.models import User
from booking.rights import Actor
from booking.routes.access import audience, the_actor
from booking.words import Role

admin = Blueprint("admin", __name__, url_prefix="/admin")

_for_admins = audience(Role.ADMIN)


@admin.get("/users")
@_for_admins
def users() -> ResponseReturnValue:
    return render_template("admin/users.html", users=accounts.users_in_reach(the_actor()))


@admin.route("/users/add", methods=["GET", "POST"])
@_for_admins
def add_user() -> ResponseReturnValue:
    by = the_actor()
    form = UserForm()
    _offer(form, by)
    if form.validate_on_submit():
        try:
            user, one_time = accounts.create_user(
                email=form.email.data,
                name=form.name.data,
                role=form.role.data,
                district_id=key(form.district.data),
                office_id=key(form.office.data),
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            return _password(user, one_time)
    return render_template("admin/add_user.html", form=form)


@admin.route("/users/<int:user_id>", methods=["GET", "POST"])
@_for_admins
def user(user_id: int) -> ResponseReturnValue:
    """Rename, move, suspend or restore an account."""
    by = the_actor()
    shown = accounts.user_in_reach(user_id, by=by)
    form = ChangeUserForm(name=shown.name, office=str(shown.office_id or ""), active=shown.active)
    form.office.choices = office_choices(
        office for office in places.offices_in_reach(by) if office.district_id == shown.district_id
    )
    if form.validate_on_submit():
        try:
            accounts.change_user(
                user_id=user_id,
                name=form.name.data,
                office_id=key(form.office.data),
                active=form.active.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Saved.", "success")
            return redirect(url_for(".users"))
    return render_template("admin/user.html", form=form, user=shown)


@admin.post("/users/<int:user_id>/password")
@_for_admins
def new_password(user_id: int) -> ResponseReturnValue:
    """A new one-time password, which ends every sign-in of the account."""
    return _password(
        *accounts.change_user(user_id=user_id, new_one_time_password=True, by=the_actor())
    )


@admin.route("/tokens", methods=["GET", "POST"], endpoint="tokens")
@_for_admins
def api_tokens() -> ResponseReturnValue:
    by = the_actor()
    form, secret = TokenForm(), ""
    _offer_districts(form, by)
    if form.validate_on_submit():
        try:
            _, secret = tokens.create_token(
                name=form.name.data,
                role=form.role.data,
                district_id=key(form.district.data),
                by=by,
            )
            form = TokenForm(formdata=None)
            _offer_districts(form, by)
        except BookingError as refusal:
            show_refusal(form, refusal)
    return render_template(
        "admin/tokens.html", form=form, secret=secret, tokens=tokens.tokens_in_reach(by)
    )


@admin.post("/tokens/revoke")
@_for_admins
def revoke_token() -> ResponseReturnValue:
    name = request.form.get("name", "")
    tokens.revoke_token(name=name, by=the_actor())
    flash(f"Revoked: {name}. Calls with it are refused from now on.", "success")
    return redirect(url_for(".tokens"))


def _offer(form: UserForm, by: Actor) -> None:
    _offer_districts(form, by)
    form.office.choices = office_choices(places.offices_in_reach(by))


def _offer_districts(form: UserForm | TokenForm, by: Actor) -> None:
    districts = places.districts_in_reach(by)
    form.district.choices = district_choices(districts, or_every=by.district_id is None)


def _password(user: User, one_time: str) -> ResponseReturnValue:
    return render_template("admin/password.html", user=user, one_time=one_time)

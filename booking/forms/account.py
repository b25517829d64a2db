"""Signing in and choosing a password."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import InputRequired


class SignInForm(FlaskForm):
    email = EmailField(
        "Email address",
        widget=GovTextInput(),
        validators=[InputRequired("Enter your email address.")],
    )
    password = PasswordField(
        "Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password.")]
    )
    submit = SubmitField("Sign in", widget=GovSubmitInput())


class ChangePasswordForm(FlaskForm):
    current = PasswordField(
        "Your password now",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter the password you have now.")],
    )
    new = PasswordField(
        "New password",
        description="At least 10 characters. Three words you will remember are good.",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter a new password.")],
    )
    submit = SubmitField("Change password", widget=GovSubmitInput())

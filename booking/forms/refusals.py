"""A use case's refusal shown beside the field it is about."""

from flask_wtf import FlaskForm

from booking.errors import BadDetail, BookingError


def show_refusal(form: FlaskForm, refusal: BookingError) -> None:
    """Put the sentence on the form: on its field when it names one the form has."""
    field = getattr(refusal, "field", None) if isinstance(refusal, BadDetail) else None
    if field and field in form:
        form[field].errors = [*form[field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))

"""What claimants type or choose: little, and in their own language."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from booking.words import ExcusedReason

# What keeps people away on the day, as they would say it (002:1998, 2008, 2172).
_REASONS = {
    ExcusedReason.MEDICAL: _l("I am ill"),
    ExcusedReason.SICK_CHILD: _l("My child is ill"),
    ExcusedReason.CARING: _l("I have to care for somebody"),
    ExcusedReason.INTERVIEW: _l("I have a job interview"),
    ExcusedReason.BEREAVEMENT: _l("Somebody close to me has died"),
    ExcusedReason.WEATHER: _l("I cannot travel because of the weather"),
}


class _ByLink(FlaskForm):
    """The address is the secret; see the blueprint."""

    class Meta:
        csrf = False


class CancelForm(_ByLink):
    reason = StringField(
        validators=[Length(max=200, message=_l("Use at most 200 characters."))],
        filters=[lambda typed: (typed or "").strip()],
    )


class IllForm(_ByLink):
    reason = RadioField(
        choices=[SelectChoice(reason.value, words) for reason, words in _REASONS.items()],
        validators=[InputRequired(_l("Choose why you cannot come."))],
        validate_choice=True,
    )

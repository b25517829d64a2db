"""The words of texts: a district's own by its lead, the service's by an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from booking import audit, clock
from booking.database import TryAgain, db, refused, use_case
from booking.errors import BookingError
from booking.messages import wording_check, wordings
from booking.messages.wording_check import Checked
from booking.models import District, Wording, WordingTrial
from booking.rights import Actor
from booking.rules import Rules
from booking.words import TextName


class TrialRuns(BookingError):
    code = "trial_runs"
    sentence = "A trial of this text is running. End it before you change its words."


@dataclass(frozen=True)
class TheText:
    """One text, in one language, by one channel or (empty) by every one."""

    kind: TextName
    language: str = "en"
    channel: str = wording_check.EVERY_CHANNEL


@dataclass(frozen=True)
class InForce:
    """A text with the wording that holds for whoever asks; None is the built-in one."""

    text: TheText
    wording: Wording | None
    trial: WordingTrial | None

    @property
    def words(self) -> str:
        if self.wording is not None:
            return self.wording.text
        return wording_check.built_in(self.text.kind, self.text.language)

    @property
    def whose(self) -> str:
        """Whose words they are: `Built in`, `The service's`, `The district's own`."""
        if self.wording is None:
            return "Built in"
        return "The service's" if self.wording.district_id is None else "The district's own"


def every_text(*, by: Actor) -> Sequence[InForce]:
    """Every text as it goes out in the actor's district, or by the service's default."""
    by.must("change wording")
    texts = [TheText(kind, language) for kind, language in wording_check.texts_there_are()]
    return [text_in_force(text, by=by) for text in texts]


def text_in_force(text: TheText, *, by: Actor) -> InForce:
    by.must("change wording")
    wording_check.must_be_one_of_them(text.kind, text.language, text.channel)
    found = wordings.in_force(by.district_id, text.kind, text.language, text.channel)
    return InForce(text, found, _running(text, by.district_id))


def history(text: TheText, *, by: Actor) -> Sequence[Wording]:
    """Every version of one text that the actor keeps, the latest first."""
    by.must("change wording")
    return db.session.scalars(_versions(text, by).order_by(Wording.version.desc())).all()


def preview(text: TheText, words: str, *, most_parts: int, by: Actor) -> Checked:
    """What the words come to at the longest real names; BadDetail says what is wrong."""
    by.must("change wording")
    wording_check.must_be_one_of_them(text.kind, text.language, text.channel)
    return wording_check.checked(
        _tidy(words),
        kind=text.kind,
        language=text.language,
        longest=longest_names(text, by=by),
        most_parts=most_parts,
    )


def longest_names(text: TheText, *, by: Actor) -> dict[str, str]:
    """The longest value of each field of the text, by the field's name."""
    return wording_check.longest_values(by.district_id, text.kind, text.language)


def pence_per_part(*, by: Actor) -> float:
    district = db.session.get(District, by.district_id) if by.district_id else None
    return (district.rules if district else Rules()).pence_per_part


@use_case
def save(text: TheText, words: str, *, most_parts: int, by: Actor) -> Wording:
    """Put the text into these words from now on; texts sent already keep theirs.

    Raises BadDetail with what is wrong with the words, TrialRuns while they are under trial.
    """
    preview(text, words, most_parts=most_parts, by=by)
    return _added(text, _tidy(words), most_parts, by, "changed wording")


@use_case
def take_back(text: TheText, *, by: Actor) -> Wording:
    """Go back to what would hold without one's own words: the service's, or the built-in."""
    by.must("change wording")
    wording_check.must_be_one_of_them(text.kind, text.language, text.channel)
    return _added(text, "", 1, by, "took wording back")


def _added(text: TheText, words: str, most_parts: int, by: Actor, action: str) -> Wording:
    if _running(text, by.district_id) is not None:
        raise TrialRuns
    latest = db.session.scalars(_versions(text, by).order_by(Wording.version.desc())).first()
    if latest is not None and (latest.text, latest.most_parts) == (words, most_parts):
        return latest
    wording = Wording(
        district_id=by.district_id,
        kind=text.kind,
        language=text.language,
        channel=text.channel,
        version=latest.version + 1 if latest is not None else 1,
        text=words,
        most_parts=most_parts,
        made_at=clock.now(),
        made_by=by.name,
    )
    with refused(uq_wording_of_district=TryAgain, uq_wording_of_service=TryAgain):
        db.session.add(wording)
    audit.record(
        by,
        action,
        wording,
        before={"text": latest.text if latest is not None else ""},
        after={"kind": text.kind, "language": text.language, "text": words},
    )
    return wording


def _versions(text: TheText, by: Actor) -> Select[tuple[Wording]]:
    return select(Wording).where(
        Wording.kind == text.kind,
        Wording.language == text.language,
        Wording.channel == text.channel,
        Wording.district_id.is_(None)
        if by.district_id is None
        else Wording.district_id == by.district_id,
    )


def _running(text: TheText, district_id: int | None) -> WordingTrial | None:
    if district_id is None:
        return None
    return wordings.running_trial(district_id, text.kind, text.language)


def _tidy(words: str) -> str:
    return " ".join(words.split())

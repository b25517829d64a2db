"""What a claimant's text is answered with, at once and in one part, in the language they wrote."""

from collections.abc import Mapping

from twilio.twiml.messaging_response import MessagingResponse

from notifications.own_words import write

# In square brackets: left out when a field is empty or there is no room.
ANSWERS: Mapping[tuple[str, str], str] = {
    ("coming", "en"): "Thank you. You are coming on {when}[ to {where}]."
    "[ If you find that you can't, reply NO {code}.]",
    ("change", "en"): "To choose another time: {link}[ Your place on {when} is kept until then.]",
    ("moved", "en"): "That appointment was moved. It is now {when}[, {where}]."
    "[ Coming? Reply YES {code}.][ Can't come? Reply NO {code}.]",
    ("gone", "en"): "The appointment on {when} is no longer booked, so you do not need to come."
    "[ To book again, ring {phone}.]",
    ("over", "en"): "The appointment on {when} has started or is over, so it stays as it is."
    "[ Ring {phone}.]",
    ("noted", "en"): "Thank you. We have your message and somebody will read it."
    "[ If it is urgent, ring {phone}.]",
    ("which", "en"): "Thank you. We have your message, but cannot tell which appointment it is "
    "about. Somebody will read it.[ If it is urgent, ring {phone}.]",
    ("offer_gone", "en"): "Sorry, that place has gone: somebody was quicker, or the time to answer "
    "was over. You stay on the waiting list.",
    ("offer_refused", "en"): "Thank you. You stay on the waiting list, and nothing else changes.",
    ("coming", "cy"): "Diolch. Rydych yn dod {when}[, {where}].[ Methu dod? Atebwch NA {code}.]",
    ("change", "cy"): "I ddewis amser arall: {link}[ Cadwn eich lle {when} tan hynny.]",
    ("moved", "cy"): "Symudwyd yr apwyntiad hwnnw. Mae nawr {when}[, {where}]."
    "[ Yn dod? Atebwch IE {code}.][ Methu dod? Atebwch NA {code}.]",
    ("gone", "cy"): "Nid yw'r apwyntiad {when} yn sefyll bellach. Nid oes angen i chi ddod."
    "[ I drefnu eto, ffoniwch {phone}.]",
    ("over", "cy"): "Mae'r apwyntiad {when} wedi dechrau neu ar ben, felly mae'n aros fel y mae."
    "[ Ffoniwch {phone}.]",
    ("noted", "cy"): "Diolch. Mae eich neges gennym a bydd rhywun yn ei darllen."
    "[ Os yw'n frys, ffoniwch {phone}.]",
    ("which", "cy"): "Diolch. Mae eich neges gennym, ond ni wyddom am ba apwyntiad y mae. Bydd "
    "rhywun yn ei darllen.[ Os yw'n frys, ffoniwch {phone}.]",
    ("offer_gone", "cy"): "Mae'n ddrwg gennym, nid yw'r lle hwnnw ar gael bellach. Rydych yn aros "
    "ar y rhestr aros.",
    ("offer_refused", "cy"): "Diolch. Rydych yn aros ar y rhestr aros, ac nid oes dim arall yn "
    "newid.",
}
# Answers that settle nothing: a number gets one of them a day, lest two machines chat.
ONLY_POLITE = frozenset({"noted", "which"})
_MOST_PARTS = {"change": 2}  # a link is as long as it is


def answer(name: str, fields: Mapping[str, str], *, language: str = "en") -> str:
    """The words of an answer. Fields: when, where, code, phone, link; an empty one is left out."""
    most_parts = _MOST_PARTS.get(name, 1)
    return write(ANSWERS[name, language], fields, most_parts=most_parts).body


def as_twiml(words: str) -> str:
    """The document Twilio sends the answer from; an empty one sends nothing."""
    document = MessagingResponse()
    if words:
        document.message(words)
    return str(document.to_xml())

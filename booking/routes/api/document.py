"""The API's OpenAPI document: what flask-smorest gathers, made exact."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from booking.errors import BookingError
from booking.routes.access import for_everybody
from booking.routes.api import callers, problems
from booking.routes.api.answers import ProblemSchema
from booking.routes.api.parsing import StrictParser
from booking.routes.api.requests import CLAIMANT_SHAPES
from booking.words import Status

V = TypeVar("V", bound=Callable[..., Any])

_ABOUT = (
    "Local diaries for Jobcentres and Next Step. Times are ISO 8601 instants; dates are London's. "
    "Identifiers are strings in which nothing can be read; each stays the same for the life of "
    "its thing. A token has the rights of a role in a district: what is out of its reach looks "
    "like what is not there."
)
_TOLD = {
    "title": "Local Diaries",
    "version": "v1",
    "openapi_version": "3.0.3",
    "info": {"description": _ABOUT},
    "security": [{"token": []}],
}
_WHEN = {
    400: "The body is not a JSON object.",
    401: "There is no live token.",
    403: "The token's role does not allow that.",
    404: "There is no such thing in the token's reach.",
    409: "It cannot be done as things stand; `code` says why.",
    413: "The body is too large.",
    415: "The body is not sent as application/json.",
    422: "A field cannot be used; `field` names it.",
    429: "The token calls too often.",
}
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {
        "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}
_ALWAYS = (401, 403, 429)
READING = (*_ALWAYS, 404)
WRITING = (*READING, 400, 409, 413, 415, 422)


class StrictBlueprint(Blueprint):
    """A part of the API: only live tokens enter, every refusal is a JSON problem."""

    ARGUMENTS_PARSER = StrictParser(unknown=None)  # each schema says it

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=problems.PREFIX, description=description)
        self.before_request(callers.admit)
        self.register_error_handler(BookingError, problems.of_refusal)

    def call(
        self,
        method: str,
        rule: str,
        *,
        answer: Schema,
        status: int = 200,
        answer_headers: dict[str, Any] | None = None,
        refuses: Iterable[int] = (),
        **sent: type[Schema],
    ) -> Callable[[V], V]:
        """Declare a call: what is sent where (`headers`, `query`, `json`), and every answer.

        The view gets what was sent as dicts, in that order, then what is in the path.
        """

        def declared(view: V) -> V:
            documented = self.response(status, answer, headers=answer_headers)(view)
            for location, schema in reversed(sent.items()):
                must = any(field.required for field in schema().fields.values())
                documented = self.arguments(schema, location=location, required=must)(documented)
            for refusal in sorted({*_ALWAYS, *refuses}):
                documented = self.alt_response(
                    refusal,
                    schema=ProblemSchema,
                    content_type=problems.MEDIA_TYPE,
                    description=_WHEN[refusal],
                    headers=_HEADERS.get(refusal),
                )(documented)
            documented = self.doc(operationId=view.__name__)(documented)
            # For everybody as pages go: `admit` has asked for a token by then.
            self.route(rule, methods=[method])(for_everybody(documented))
            return view

        return declared


class DocumentedApi(Api):
    """flask-smorest without its error pages: theirs lack Allow, ours are problems."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None  # every status a call may answer with is listed

    def _register_error_handlers(self) -> None:
        pass


def of(blueprints: Iterable[Blueprint]) -> dict[str, Any]:
    """The document of these parts, with what marshmallow cannot say: which fields go together."""
    api: Any = DocumentedApi(Flask(__name__), spec_kwargs=_TOLD)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    document: dict[str, Any] = api.spec.to_dict()
    schemas = document["components"]["schemas"]
    created = document["paths"][f"{problems.PREFIX}/appointments"]["post"]["responses"]["201"]
    created["links"] = {
        operation: {
            "operationId": operation,
            "parameters": {"appointment_id": "$response.body#/id"},
        }
        for operation in ("show", "cancel", "move", "record_outcome")
    }
    del schemas["PaginationMetadata"]  # flask-smorest's own; nothing here is in pages
    claimant = schemas["ClaimantIn"]
    schemas["ClaimantIn"] = {
        "oneOf": [_only(claimant, must, must | may) for must, may in CLAIMANT_SHAPES]
    }
    outcome = schemas["Outcome"]
    schemas["Outcome"] = {
        "oneOf": [
            _with_outcomes(outcome, [Status.ATTENDED, Status.FAILED_TO_ATTEND], ["outcome"]),
            _with_outcomes(outcome, [Status.EXCUSED], ["outcome", "excused_reason"]),
        ]
    }
    return document


def _only(schema: dict[str, Any], must: set[str], may: set[str]) -> dict[str, Any]:
    fields = {name: field for name, field in schema["properties"].items() if name in may}
    return {**schema, "properties": fields, "required": sorted(must)}


def _with_outcomes(
    schema: dict[str, Any], outcomes: list[Status], must: list[str]
) -> dict[str, Any]:
    words = {"type": "string", "enum": [outcome.value for outcome in outcomes]}
    return {**schema, "properties": {**schema["properties"], "outcome": words}, "required": must}

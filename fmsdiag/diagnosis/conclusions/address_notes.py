"""What the address was read as, where it names a stream: players and encoders want it in different fields. Accuses nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Action, Cause, Finding, LeftOut, Note, Transport
from fmsdiag.model.messages import Url
from fmsdiag.stream_path import is_file
from fmsdiag.target_url import shown_url


class AddressNotes(Table, of="address-notes"):
    """Never with the stream's name, which may be a key."""

    CUT = text(
        "The address was read as the application “{application:name}” and a stream name. If the server knows another part of "
        "the path as its application, enter that as the application."
    )
    KEY_AS_APPLICATION = text(
        "What stands where the application belongs looks like a stream key. It was sent as it was typed and is hidden here. "
        "If it is the key, enter the application in front of it, as in rtmp://live.example.com/app."
    )
    PASSWORD_UNUSED = text(
        "The text with the address has a password, but no user name was recognized. The password was not used."
    )
    KEY_UNUSED = text("The text with the address has a stream key that could not be read. It was not used.")
    ARGUMENTS_UNUSED = text(
        "The text with the address passes further arguments to connect. They were not used. A server that checks them may "
        "answer differently."
    )
    FIELDS = text(
        "Programs with two fields, such as OBS, want the address in parts. Server: {url}. Stream key: the stream name, which "
        "is hidden here."
    )
    FIELDS_WITH_QUERY = text(
        "Programs with two fields, such as OBS, want the address in parts. Server: {url}. Stream key: the stream name and "
        "everything after it, with the question mark. It is hidden here."
    )


_UNUSED = {
    LeftOut.PASSWORD: AddressNotes.PASSWORD_UNUSED,
    LeftOut.KEY: AddressNotes.KEY_UNUSED,
    LeftOut.ARGUMENTS: AddressNotes.ARGUMENTS_UNUSED,
}
_ADDRESS_AT_FAULT = frozenset(
    {
        Cause.RTMPS_EXPECTED,
        Cause.RTMP_EXPECTED,
        Cause.TLS_NOT_ENABLED,
        Cause.RTMPS_NOT_OFFERED,
        Cause.SERVER_ON_OTHER_PORT,
        Cause.DNS_NAME_NOT_FOUND,
        Cause.APP_NOT_FOUND,
        Cause.REDIRECTED,
    }
)
"""With these, the address as it was typed cannot work: nobody is told to enter it."""


def address_notes(run: RunView, findings: Sequence[Finding] = ()) -> Iterator[Note]:
    """How the path was cut, and what goes where; nothing for an address without a stream, or without an application,
    but where that is hidden since it may be a key.

    Nor where the stream was given apart: nothing was cut, and nothing stood in the wrong field. No fields where a file is
    played.
    """
    target = run.target
    yield from (Note(_UNUSED[kind].of()) for kind in target.left_out if kind in _UNUSED)
    if not target.application and (target.query or "").startswith("/"):
        yield Note(AddressNotes.KEY_AS_APPLICATION.of())
        return
    if not target.stream or not target.application or target.stream_apart:
        return
    yield Note(AddressNotes.CUT.of(application=target.application))
    if is_file(target.stream):
        return  # to play: encoders have no field for it
    url = _address_to_enter(run, findings)
    if url is not None:
        has_query = "?" in target.stream
        said = AddressNotes.FIELDS_WITH_QUERY if has_query else AddressNotes.FIELDS
        yield Note(said.of(url=url))


def _address_to_enter(run: RunView, findings: Sequence[Finding]) -> str | None:
    """The address that the advice names, or the one that was typed; none that fails anyway, or that encoders do not take."""
    for step in (step for finding in findings for step in finding.advice.user):
        named = step.message.values.get("url") if step.action is Action.USE_ADDRESS else None
        if isinstance(named, Url):
            return None if named.url.startswith(f"{Transport.RTMFP.value}:") else named.url
    transport = run.target.transport or Transport.RTMP
    if transport is Transport.RTMFP or any(finding.cause in _ADDRESS_AT_FAULT for finding in findings):
        return None
    return shown_url(run.target, transport, run.target.port or transport.default_port)

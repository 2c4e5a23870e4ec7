"""A report in which everything that someone else could have written is hostile."""

from __future__ import annotations

import msgspec

from fmsdiag.model import Message, Report
from tests.report import samples

TEXT = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\u202efdp.exe\u2066 &amp; \"'><!--"
)
SEEN = "\\x1b[2J\\u202efdp.exe\\u2066"
"""What a reader must find instead of the part that deceives."""

# Vocabulary that decides how something is shown: a file with other words there is no report.
_KEPT = {"schema_version", "id", "observation"}

_OF_TRUTH = ("firewall_profiles",)
"""Fields of names and whether each holds."""


def hostile(text: str = TEXT) -> Report:
    """The fullest sample with `text` in every string that a file may hold freely; its messages are strangers'."""
    return _of(text, keep_values=False)


def hostile_values(text: str = TEXT) -> Report:
    """The same with messages that this program knows, and `text` in their values."""
    return _of(text, keep_values=True)


def _of(text: str, keep_values: bool) -> Report:
    changed = _filled(samples.port_blocked(), text, keep_values)
    assert isinstance(changed, Report)
    return msgspec.structs.replace(changed, started_at=text, report_id=text)


def _filled(value: object, text: str, keep_values: bool) -> object:
    if isinstance(value, Message) and keep_values:
        values = {place: _filled(item, text, keep_values) for place, item in value.values.items()}
        return Message(value.id, values, text)
    if isinstance(value, msgspec.Struct):
        changes = {
            field.name: {text: True}
            if field.name in _OF_TRUTH
            else _filled(getattr(value, field.name), text, keep_values)
            for field in msgspec.structs.fields(value)
            if field.name not in _KEPT
        }
        return msgspec.structs.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(_filled(item, text, keep_values) for item in value)
    if isinstance(value, dict):
        return {text: text}
    return text if type(value) is str else value

"""What a newer minor version wrote into a report and this version does not know: kept when the report is saved again."""

from __future__ import annotations

from typing import Any

import msgspec


def with_unknown(value: object, raw: object) -> Any:
    """`value` as plain data for JSON, with the keys of `raw` that its types do not have.

    `raw` is the JSON document from which `value` was read. Where the two have gone apart (a list of another
    length), that part is `value`'s alone.
    """
    if isinstance(value, msgspec.Struct):
        return _struct(value, raw if isinstance(raw, dict) else {})
    if isinstance(value, tuple):
        olds = raw if isinstance(raw, list) and len(raw) == len(value) else [None] * len(value)
        return [with_unknown(new, old) for new, old in zip(value, olds, strict=True)]
    return msgspec.to_builtins(value)


def has_unknown(value: object, raw: object) -> bool:
    """Whether there is anything in `raw` that `value`'s types do not know."""
    if isinstance(value, msgspec.Struct) and isinstance(raw, dict):
        if raw.keys() - _known(value):
            return True
        return any(has_unknown(getattr(value, f.name), raw.get(f.encode_name)) for f in _fields(value))
    if isinstance(value, tuple) and isinstance(raw, list) and len(raw) == len(value):
        return any(has_unknown(new, old) for new, old in zip(value, raw, strict=True))
    return False


def _struct(value: msgspec.Struct, raw: dict[str, Any]) -> dict[str, Any]:
    # The struct's own encoding says which fields are left out as defaults, and adds its tag.
    plain: dict[str, Any] = msgspec.to_builtins(value)
    for field in _fields(value):
        if field.encode_name in plain:
            plain[field.encode_name] = with_unknown(getattr(value, field.name), raw.get(field.encode_name))
    known = _known(value)
    return plain | {key: old for key, old in raw.items() if key not in known}


def _fields(value: msgspec.Struct) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(value)


def _known(value: msgspec.Struct) -> set[str]:
    tag = value.__struct_config__.tag_field
    return {field.encode_name for field in _fields(value)} | ({tag} if tag else set())

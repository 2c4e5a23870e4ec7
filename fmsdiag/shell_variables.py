"""A script's variables where a pasted text also sets them: `URL=rtmp://h/live` above `ffmpeg … $URL`. Pure."""

from __future__ import annotations

import re

_NAME = r"[A-Za-z_]\w{0,63}"
_USE = re.compile(rf"\$\{{({_NAME})\}}|\$env:({_NAME})|\$({_NAME})|%({_NAME})%")
_SETTING = re.compile(
    r"(?<![\w$%{.?&/-])(?:(?:export|set|readonly|declare|local|setx?|ENV|--env|-e)[ \t]{1,8}|Environment=)?(?:\$env:|\"|\$)?"
    rf"({_NAME})[ \t]{{0,4}}=[ \t]{{0,4}}(?:\"([^\"\n]{{1,1024}})\"|'([^'\n]{{1,1024}})'|([^\s;\"']{{1,1024}}))\"?;?"
)
_LONGEST = 16_384  # characters of the whole; values that name each other must not grow without end


def with_values(typed: str) -> str:
    """`typed` with the value of each variable where it is used, without the lines that set those; else as it is."""
    found = list(_SETTING.finditer(typed))
    set_at = {match.end(1) for match in found}  # there, it is not used
    used = {_name(match) for match in _USE.finditer(typed) if match.end() not in set_at}
    if not used:
        return typed
    values: dict[str, str] = {}
    settings: list[tuple[int, int]] = []
    for match in found:
        name, *quoted = match.groups()
        if name in used:
            values[name] = _filled(next(value for value in quoted if value is not None), values)
            settings.append(match.span())
    if not values:
        return typed
    kept, end = [], 0
    for start, stop in settings:
        kept.append(typed[end:start])
        end = stop
    filled = _filled("".join([*kept, typed[end:]]), values)
    return filled if len(filled) <= _LONGEST else typed


def _filled(text: str, values: dict[str, str]) -> str:
    parts: list[str] = []
    end = length = 0
    for match in _USE.finditer(text):
        value = values.get(_name(match), match[0])
        parts += (text[end : match.start()], value)
        end, length = match.end(), length + len(value)
        if length > _LONGEST:
            return text
    return "".join([*parts, text[end:]])


def _name(match: re.Match[str]) -> str:
    return next(name for name in match.groups() if name is not None)

"""Values by their names, as files of settings hold them: JSON, XML and property lists. Pure.

What is found is not checked. Keys, names and passwords are secrets.
"""

from __future__ import annotations

import json
import re

from fmsdiag.found_address import SCHEMES_FIRST, Pasted, cleaned, with_port
from fmsdiag.markup import elements
from fmsdiag.stream_labels import APP_NAMES, KEY_NAMES

_KEY_NAME = re.compile(rf"(?i)(?:{KEY_NAMES})\Z")
_APP_NAME = re.compile(rf"(?i)(?:{APP_NAMES})\Z")
_USER_NAME = re.compile(r"(?i)(?:user(?:[ _-]?name)?|pubUser)\Z")
_PASSWORD_NAME = re.compile(r"(?i)(?:pass(?:word|wd)|pubPasswd)\Z")
_SERVER_NAME = re.compile(
    r"(?i)(?:rtmp_?)?(?:server|url|host(?:[ _-]?name)?|(?:ip|server|host)?[ _-]?address|ip|domain)\Z"
)
_EVERY_ADDRESS = frozenset({"*", "0.0.0.0", "::", "[::]"})
"""What a server's own configuration listens on."""


def of_json(typed: str) -> Pasted | None:
    """The strings of JSON by their names; none where it is not JSON, or names no server."""
    if typed[:1] not in ("{", "["):
        return None
    try:
        waiting: list[tuple[str, object, object]] = [("", json.loads(typed), None)]
    except (ValueError, RecursionError):
        return None
    told: list[tuple[str, object, object]] = []
    while waiting:
        name, value, port = waiting.pop()
        if isinstance(value, dict):
            waiting += ((inner, item, value.get("port")) for inner, item in value.items())
        elif isinstance(value, list):
            waiting += ((name, item, None) for item in value)
        else:
            told.append((name, value, port))
    return _of_named(told[::-1])


def of_xml(typed: str) -> Pasted | None:
    """The same of XML, and of a property list."""
    found = elements(typed)
    if found is None:
        return None
    port = next((value for name, value in found if name.lower() == "port"), None)
    signs_in = {"true": True, "1": True, "false": False, "0": False}
    return _of_named(
        [(name, signs_in.get(value.lower()) if name == "use_auth" else value, port) for name, value in found]
    )


def _of_named(told: list[tuple[str, object, object]]) -> Pasted | None:
    """Values by their names, each with the port beside it."""
    servers: list[str] = []
    ports: list[object] = []  # of each server, where one stands beside it
    key = application = user = password = ""
    signs_in = True
    for name, value, port in told:
        if name == "use_auth":
            signs_in = value is True
        elif isinstance(value, str) and value:
            named = _SERVER_NAME.match(name) and "://" not in value and value not in _EVERY_ADDRESS
            if named or SCHEMES_FIRST.match(value):
                servers.append(cleaned(value))
                ports.append(port)
            elif _KEY_NAME.match(name):
                key = key or value
            elif _APP_NAME.match(name):
                application = application or value
            elif _USER_NAME.match(name):
                user = user or value
            elif _PASSWORD_NAME.match(name):
                password = password or value
    login = (user, password) if signs_in and user else None
    distinct = tuple(dict.fromkeys(servers))
    if not distinct:
        return None
    pasted = Pasted(distinct[0], application, key, login, distinct[1:])
    return with_port(pasted, (str(ports[0]),) if ports[0] not in (None, "") else ())

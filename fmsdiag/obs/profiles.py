"""The streaming profiles of OBS: name, service and server of each. The stream key is skipped while the file is decoded.

Where OBS keeps them: basic/profiles/FOLDER/service.json and basic.ini beside it; which one is chosen is in user.ini, in
OBS 30 and older in global.ini. Source: OBS Studio, frontend and libobs' service settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from fmsdiag.messages.reader import say
from fmsdiag.messages.visible import one_line
from fmsdiag.obs.address import without_secrets
from fmsdiag.obs.bounded_file import UnreadableFile, read_whole
from fmsdiag.obs.texts import ObsTexts
from fmsdiag.services import service_named

MOST_PROFILES = 100
MOST_BYTES = 1_048_576
"""Of one settings file."""
LONGEST_NAME = 80
AUTOMATIC = "auto"
"""What stands in place of a server where OBS asks the service for the nearest one."""
_SECTION = re.compile(r"\[([^\]\n]{1,40})\]\s*\Z")


class _Settings(msgspec.Struct):
    """All that is decoded of the settings: not the key, the user's name or the password."""

    service: str = ""
    server: str = ""


class _Service(msgspec.Struct):
    type: str = ""
    settings: _Settings = msgspec.field(default_factory=_Settings)


@dataclass(frozen=True)
class ObsProfile:
    """One profile, as it can be shown."""

    name: str
    service: str = ""
    """As OBS calls it; "" for a server of one's own."""
    address: str = ""
    """Of the server, to be tested; "" where there is none."""
    remark: str = ""
    """Why there is no address, or what was done to it: one sentence without a full stop."""
    is_current: bool = False


def read_profiles(folder: Path) -> tuple[ObsProfile, ...]:
    """Every profile in OBS's folder, the chosen one first, the others by name. What cannot be read is said in its remark."""
    chosen = _chosen_folder(folder)
    found = [_profile(each, each.name == chosen) for each in _folders(folder / "basic" / "profiles")]
    return tuple(sorted(found, key=lambda p: (not p.is_current, p.name.casefold())))


def profile_named(profiles: Iterable[ObsProfile], name: str) -> ObsProfile | None:
    """The profile of that name, or the chosen one for "" (the first one that has an address, where none is chosen)."""
    every = tuple(profiles)
    if name:
        return next((p for p in every if p.name.casefold() == name.casefold()), None)
    current = [p for p in every if p.is_current]
    return next(iter(current or [p for p in every if p.address] or every), None)


def _folders(parent: Path) -> list[Path]:
    found: list[Path] = []
    try:
        for each in parent.iterdir():
            if each.is_dir():
                found.append(each)
            if len(found) == MOST_PROFILES:
                break
    except OSError:
        return found
    return sorted(found)


def _profile(folder: Path, is_current: bool) -> ObsProfile:
    name = _ini_value(folder / "basic.ini", "General", "Name") or folder.name
    name = one_line(name, LONGEST_NAME)
    try:
        service = msgspec.json.decode(read_whole(folder / "service.json", MOST_BYTES), type=_Service)
    except UnreadableFile:
        missing = not (folder / "service.json").exists()
        why = ObsTexts.NO_SERVICE if missing else ObsTexts.NOT_READABLE
        return ObsProfile(name, remark=say(why), is_current=is_current)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # its text could quote the file
        return ObsProfile(name, remark=say(ObsTexts.DAMAGED), is_current=is_current)
    called = one_line(service.settings.service, LONGEST_NAME)
    address, remark = _server(service.settings.server.strip(), called)
    return ObsProfile(name, called, address, remark, is_current)


def _server(server: str, service: str) -> tuple[str, str]:
    """Address and remark."""
    if server.lower() == AUTOMATIC or (not server and service):
        known = service_named(service)
        address = known.addresses[0] if known is not None and known.addresses else ""
        return address, say(ObsTexts.OBS_CHOOSES, service=service)
    if not server:
        return "", say(ObsTexts.NO_SERVER)
    found = without_secrets(server)
    if found is None:
        return "", say(ObsTexts.NO_RTMP)
    return found.url, say(ObsTexts.KEY_LEFT_OUT) if found.left_out else ""


def _chosen_folder(folder: Path) -> str:
    """The folder of the chosen profile; "" where it is not known."""
    for name in ("user.ini", "global.ini"):
        found = _ini_value(folder / name, "Basic", "ProfileDir")
        if found:
            return found
    return ""


def _ini_value(path: Path, section: str, key: str) -> str:
    """The first value of a key in OBS's own form of INI files; "" where there is none or the file cannot be read."""
    try:
        text = read_whole(path, MOST_BYTES).decode("utf-8-sig", "replace")
    except UnreadableFile:
        return ""
    within = ""
    for line in text.splitlines():
        if (begins := _SECTION.match(line)) is not None:
            within = begins[1]
        elif within == section:
            name, equals, value = line.partition("=")
            if equals and name.strip() == key:
                return value.strip()
    return ""

"""An OBS folder as OBS Studio writes it, for tests: profiles with keys in them, and logs."""

from __future__ import annotations

import json
from pathlib import Path

KEY = "live_5ecret_St3amK3y"
PASSWORD = "0bs-Pa55word"


def make_profile(
    folder: Path, name: str, settings: dict[str, object], kind: str = "rtmp_custom", directory: str = ""
) -> None:
    """A profile whose service has these settings, and a key and a login beside them."""
    place = folder / "basic" / "profiles" / (directory or name)
    place.mkdir(parents=True)
    (place / "basic.ini").write_text(
        f"\ufeff[General]\nName={name}\n\n[Output]\nMode=Simple\n", encoding="utf-8"
    )
    whole = {"key": KEY, "use_auth": True, "username": "u", "password": PASSWORD, **settings}
    (place / "service.json").write_text(json.dumps({"settings": whole, "type": kind}), encoding="utf-8")


def choose_profile(folder: Path, directory: str, file: str = "user.ini") -> None:
    text = f"\ufeff[General]\nFirstRun=true\n\n[Basic]\nProfile=x\nProfileDir={directory}\n"
    (folder / file).write_text(text, encoding="utf-8")


def make_log(folder: Path, name: str, *lines: str) -> Path:
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    path = folder / "logs" / f"{name}.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def attempt(time: str, address: str, number: int, *between: str) -> tuple[str, ...]:
    """The lines of one failed connection, as OBS 30 writes them."""
    stream = "[rtmp stream: 'adv_stream']"
    return (
        f"{time}.001: {stream} Connecting to RTMP URL {address}...",
        *(f"{time}.500: {line}" for line in between),
        f"{time}.600: {stream} Connection to {address} failed: {number}",
    )

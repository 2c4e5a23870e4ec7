"""Reading what QSettings kept: typed, and never trusting it, since people edit such files and old versions wrote them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings


def string(settings: QSettings, key: str, default: str = "") -> str:
    """The text under `key`, or `default` where there is none."""
    value = settings.value(key)
    return value if isinstance(value, str) else default


def flag(settings: QSettings, key: str, default: bool = False) -> bool:
    """INI files keep "true" and "false", other stores keep them as they are."""
    value = settings.value(key)
    return value in (True, "true") if value in (True, False, "true", "false") else default


def whole_number(settings: QSettings, key: str, default: int) -> int:
    """The number under `key`, or `default` where there is none or something else."""
    value = settings.value(key)
    try:
        return int(value) if isinstance(value, int | str) else default
    except ValueError:
        return default


def texts(settings: QSettings, key: str) -> list[str] | None:
    """The list under `key`, or none where nothing was kept; an INI file gives a list of one as a bare text."""
    value = settings.value(key)
    if isinstance(value, str):
        return [value] if value else []
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else None


def raw_bytes(settings: QSettings, key: str) -> QByteArray | None:
    """What Qt itself saved, such as a window's geometry."""
    value = settings.value(key)
    return value if isinstance(value, QByteArray) else None

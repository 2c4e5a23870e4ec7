"""What was kept is read as what it should be, whatever the file holds."""

from PySide6.QtCore import QByteArray, QSettings

from fmsdiag.gui.settings import flag, raw_bytes, string, texts, whole_number


def read_again(settings: QSettings) -> QSettings:
    settings.sync()
    return QSettings(settings.fileName(), QSettings.Format.IniFormat)


def test_values_come_back_as_their_types(settings: QSettings) -> None:
    settings.setValue("text", "a")
    settings.setValue("flag", True)
    settings.setValue("number", 7)
    settings.setValue("many", ["a", "b"])
    settings.setValue("one", ["a"])
    settings.setValue("none", [])
    settings.setValue("bytes", QByteArray(b"x"))
    again = read_again(settings)
    assert (string(again, "text"), flag(again, "flag"), whole_number(again, "number", 1)) == ("a", True, 7)
    assert (texts(again, "many"), texts(again, "one")) == (["a", "b"], ["a"])
    assert not texts(again, "none")
    assert raw_bytes(again, "bytes") == QByteArray(b"x")


def test_what_is_missing_or_wrong_is_the_default(settings: QSettings) -> None:
    settings.setValue("wrong", "many words")
    settings.setValue("list", ["a"])
    assert (string(settings, "list", "d"), string(settings, "missing", "d")) == ("d", "d")
    assert flag(settings, "wrong", True) is True
    assert whole_number(settings, "wrong", 3) == 3
    assert texts(settings, "missing") is None
    assert raw_bytes(settings, "wrong") is None

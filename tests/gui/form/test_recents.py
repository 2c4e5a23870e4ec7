"""Recent servers: ordered, bounded, without secrets."""

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.recents import KEPT, Recents, recent_url
from fmsdiag.model import Target, Transport
from fmsdiag.target import parse_target


def test_they_are_ordered_bounded_and_without_secrets(qtbot: QtBot, settings: QSettings) -> None:
    recents = Recents()
    for number in range(KEPT + 3):
        recents.add(Target(f"h{number}.example.com", "live?token=1", stream="key", query="t=1"))
    with qtbot.waitSignal(recents.changed):
        recents.add(Target("h5.example.com", "live"))
    recents.save(settings)
    again = Recents()
    again.restore(settings)
    assert again.urls == recents.urls
    assert again.urls[0] == "rtmp://h5.example.com/live"
    assert len(again.urls) == KEPT == len(set(again.urls)) == 10
    assert not any("token" in url or "key" in url for url in again.urls)


def test_they_keep_scheme_and_port() -> None:
    again = parse_target(
        recent_url(parse_target("rtmps://h.example.com:8443/live;jsessionid=s3cret?k=s3cret/s3cret"))
    )
    assert again == Target("h.example.com", "live", Transport.RTMPS, 8443)
    keyed = parse_target("h.example.com", "live s3cret-1234")
    assert recent_url(keyed) == "rtmp://h.example.com/live"


def test_an_application_with_a_space_comes_back_whole() -> None:
    asked = parse_target("rtmp://h.example", '"my app"')
    assert parse_target(recent_url(asked)) == asked


def test_one_alone_comes_back_and_the_list_can_be_cleared(settings: QSettings) -> None:
    recents = Recents()
    recents.add(Target("2001:db8::1", "live"))
    recents.save(settings)
    again = Recents()
    again.restore(settings)
    assert recent_url(Target("2001:db8::1", "live")) == "rtmp://[2001:db8::1]/live"
    assert list(again.urls) == ["rtmp://[2001:db8::1]/live"]
    again.clear()
    assert list(again.urls) == []

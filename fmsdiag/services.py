"""Where well-known streaming services take streams, as they publish it: filled into the form, never contacted for themselves.

Sources: the services' own help pages, and the list of services that OBS Studio carries (docs/protocol-sources.md). Services
move, so each fact has the year in which it was read; a service's own dashboard always goes before it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One service. Its addresses end with the application; a stream key is behind them and no part of these facts."""

    name: str
    addresses: tuple[str, ...]
    """Best first. None: it assigns one to each channel or event."""
    max_kbps: int | None
    """Most of video and audio that it advises, in kbit/s; none: it names no single limit."""
    year: int
    """In which the facts were read."""
    aliases: tuple[str, ...] = ()
    """What OBS calls it in a profile, where that is not its name."""


SERVICES: tuple[Service, ...] = (
    Service("Amazon IVS", (), 8500, 2026),
    Service("Cloudflare Stream", ("rtmps://live.cloudflare.com:443/live/",), None, 2026),
    Service(
        "Facebook Live",
        ("rtmps://rtmp-api.facebook.com:443/rtmp/", "rtmps://live-api-s.facebook.com:443/rtmp/"),
        9000,
        2026,
    ),
    Service("Instagram", ("rtmps://live-upload.instagram.com:443/rtmp/",), None, 2026),
    Service("Kick", ("rtmps://fa723fc1b171.global-contribute.live-video.net:443/app",), 8000, 2025),
    Service("LinkedIn Live", (), None, 2026),
    Service("Restream", ("rtmp://live.restream.io/live",), None, 2026, ("Restream.io", "Restream.io - RTMP")),
    Service("Trovo", ("rtmp://livepush.trovo.live/live/",), None, 2026),
    Service(
        "Twitch",
        (
            "rtmps://ingest.global-contribute.live-video.net:443/app",
            "rtmp://ingest.global-contribute.live-video.net/app",
            "rtmp://live.twitch.tv/app",
        ),
        6000,
        2026,
    ),
    Service("Vimeo", ("rtmps://rtmp-global.cloud.vimeo.com:443/live",), None, 2026),
    Service(
        "X", ("rtmps://va.pscp.tv:443/x", "rtmp://va.pscp.tv:80/x"), None, 2026, ("Twitter", "X (Twitter)")
    ),
    Service(
        "YouTube",
        ("rtmps://a.rtmps.youtube.com:443/live2", "rtmp://a.rtmp.youtube.com/live2"),
        51000,
        2026,
        ("YouTube - RTMPS", "YouTube - RTMP", "YouTube - RTMPS (Beta)", "YouTube / YouTube Gaming"),
    ),
)
"""By name."""


def service_named(name: str) -> Service | None:
    """The service that OBS or a person calls so; letters' case does not count."""
    wanted = name.casefold()
    return next(
        (each for each in SERVICES if wanted in {n.casefold() for n in (each.name, *each.aliases)}), None
    )

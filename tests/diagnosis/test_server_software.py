"""Each row is what a real server shows, recorded or published; the table must name it, and not its look-alikes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.diagnosis.server_software import (
    MARKS,
    MarkTexts,
    identify,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    Endpoint,
    Facts,
    Failure,
    FailureKind,
    HandshakeFacts,
    HttpFacts,
    Observation,
    Purpose,
    Status,
    StepName,
    Transport,
    TunnelFacts,
)
from tests.diagnosis.situations import run_view

WINDOW = ("Window Ack Size 2500000", "Set Peer Bandwidth 2500000 dynamic")
NGINX_WINDOW = ("Window Ack Size 5000000", "Set Peer Bandwidth 5000000 dynamic")
UNSIGNED = HandshakeFacts(s0_version=3, s1_version="0.0.0.0")
RANDOM = HandshakeFacts(s0_version=3, s1_version="171.4.201.9")


def signed(version: str, scheme: int = 0) -> HandshakeFacts:
    return HandshakeFacts(s0_version=3, s1_version=version, server_digest=f"scheme {scheme}")


def accepted(
    fms_ver: str | None = None,
    capabilities: float | None = None,
    before: tuple[str, ...] = (),
    properties: Mapping[str, str] | None = None,
    description: str = "Connection succeeded.",
) -> ConnectFacts:
    return ConnectFacts(
        "live",
        "rtmp://h/live",
        command="_result",
        level="status",
        code="NetConnection.Connect.Success",
        description=description,
        fms_ver=fms_ver,
        capabilities=capabilities,
        messages_before=before,
        properties=dict(properties or {}),
    )


def rejected(description: str, command: str = "_error", code: str = "Rejected") -> ConnectFacts:
    return ConnectFacts(
        "live",
        "rtmp://h/live",
        command=command,
        level="error",
        code=f"NetConnection.Connect.{code}",
        description=description,
    )


def http(server: str, body: str = "", name: str = "server") -> HttpFacts:
    return HttpFacts("GET", "/", status=404, headers=((name, server),), body_start=body)


def attempt(*facts: Facts, first_in: bytes = b"", failure: Failure | None = None) -> Attempt:
    steps: dict[type[Facts], StepName] = {
        HandshakeFacts: StepName.HANDSHAKE,
        ConnectFacts: StepName.CONNECT,
        TunnelFacts: StepName.TUNNEL,
    }
    seen = tuple(
        Observation(
            f"1.{steps.get(type(f), StepName.HTTP).value}",
            steps.get(type(f), StepName.HTTP),
            0.0,
            0.1,
            facts=f,
            first_in=first_in,
            failure=failure if f is facts[-1] else None,
        )
        for f in facts
    )
    return Attempt(
        1, Endpoint(Transport.RTMP, "h", 1935), Purpose.FALLBACK, Status.CONNECTED, observations=seen
    )


TCSERVER_S1 = b"\3" + bytes(8) + b"S" * 1000

SERVERS: dict[str, tuple[str, Attempt]] = {
    "nginx-rtmp, digest": (
        "nginx-rtmp",
        attempt(signed("13.14.10.13"), accepted("FMS/3,0,1,123", 31, (*NGINX_WINDOW, "Set Chunk Size 4096"))),
    ),
    "nginx-rtmp, unknown application": (
        "nginx-rtmp",
        attempt(
            signed("13.14.10.13"), ConnectFacts("x", "rtmp://h/x"), failure=Failure(FailureKind.CLOSED)
        ),
    ),
    "nginx-rtmp, simple": (
        "nginx-rtmp",
        attempt(
            HandshakeFacts(kind="simple", s0_version=3, s1_version="0.0.0.0", s1_echoes_c1=True),
            accepted("FMS/3,0,1,123", 31, (*NGINX_WINDOW, "Set Chunk Size 4096")),
        ),
    ),
    "Node-Media-Server": (
        "Node-Media-Server",
        attempt(signed("1.2.3.4"), accepted("FMS/3,0,1,123", 31, (*NGINX_WINDOW, "Set Chunk Size 65535"))),
    ),
    "Node-Media-Server, simple": (
        "Node-Media-Server",
        attempt(
            HandshakeFacts(kind="simple", s0_version=3, s1_version="0.0.0.0", s1_echoes_c1=True),
            accepted("FMS/3,0,1,123", 31, (*NGINX_WINDOW, "Set Chunk Size 65535")),
        ),
    ),
    "SRS": (
        "SRS",
        attempt(
            signed("1.0.5.4"),
            accepted("FMS/3,5,3,888", 127, WINDOW, {"mode": "1", "data": "{'srs_sig': 'SRS', 'srs_server': 'SRS/6.0(Hang)'}"}),
        ),
    ),
    "SRS, redirecting": ("SRS", attempt(signed("1.0.5.4"), rejected("RTMP 302 Redirect", "onStatus"))),
    "Wowza": (
        "Wowza Streaming Engine",
        attempt(
            RANDOM, accepted("FMS/3,5,7,7009", 31, WINDOW, {"clientid": "123", "data": "{'version': '3,5,7,7009'}"})
        ),
    ),
    "Wowza by RTMPT": (
        "Wowza Streaming Engine",
        attempt(TunnelFacts(headers=(("server", "FlashCom/3.5.7"),)), RANDOM, accepted("FMS/3,5,7,7009", 31, WINDOW)),
    ),
    "Wowza's web port": ("Wowza Streaming Engine", attempt(http("WowzaStreamingEngine/4.8.5"))),
    "Flash Media Server 3.5": (
        "Adobe Media Server",
        attempt(signed("3.5.1.1"), accepted("FMS/3,5,1,516", 31, WINDOW, {"data": "{'version': '3,5,1,516'}"})),
    ),
    "Adobe Media Server 5": (
        "Adobe Media Server",
        attempt(signed("5.0.3.1"), accepted("FMS/5,0,15,5004", 255, WINDOW)),
    ),
    "Adobe Media Server 5, rejecting": (
        "Adobe Media Server",
        attempt(signed("5.0.3.1"), rejected("[ Server.Reject ] : (_defaultRoot_, ) : Invalid application name(/x).")),
    ),
    "Red5": (
        "Red5",
        attempt(
            signed("4.0.0.1"),
            accepted("RED5/2,0,40,0", 33, ("Stream begin 0",), {"data": "{'version': '4,0,0,1122', 'type': 'red5'}"}),
        ),
    ),
    "MediaMTX": (
        "MediaMTX",
        attempt(signed("120.3.9.1"), accepted("LNX 9,0,124,2", 31, (*WINDOW, "Set Chunk Size 65536"))),
    ),
    "crtmpserver": ("crtmpserver", attempt(signed("0.0.0.0"), accepted("FMS/3,0,1,123", 31, WINDOW))),
    "MonaServer": (
        "MonaServer",
        attempt(
            signed("0.0.0.0"),
            accepted(
                before=("Set Chunk Size 2147483647", "Window Ack Size 2500000"), description="Connection succeeded"
            ),
        ),
    ),
    "tcserver": (
        "tcserver",
        attempt(
            UNSIGNED,
            accepted(
                before=("Set Chunk Size 1024", "Window Ack Size 2800"),
                properties={"connectionID": "x", "serverFingerprint": "ab"},
                description="you connected!",
            ),
            first_in=TCSERVER_S1,
        ),
    ),
    "rtmpsrv": (
        "rtmpsrv (librtmp)",
        attempt(signed("3.5.1.1"), accepted("FMS/3,5,1,525", 31, (), {"mode": "1", "data": "{'version': '3,5,1,525'}"})),
    ),
    "ffmpeg -listen": (
        "ffmpeg",
        attempt(UNSIGNED, accepted("FMS/3,0,1,123", 31, (*WINDOW, "Stream begin 0", "Set Chunk Size 128"))),
    ),
    "rtmplite": ("rtmplite", attempt(UNSIGNED, accepted("rtmplite/8,2", None))),
    "RTMPy, rejecting": ("RTMPy", attempt(UNSIGNED, rejected("", "_result", "InvalidApp"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_known_by_its_marks(name: str) -> None:
    software, seen = SERVERS[name]
    identity = identify([seen])
    assert identity is not None
    assert identity.software == software
    assert identity.probability >= 0.5
    assert identity.probability >= 0.5
    assert identity.marks
    assert {m.observation for m in identity.marks} <= {o.id for o in seen.observations}


@pytest.mark.parametrize("fms_ver", ["FMS/3,0,1,123", "FMS/3,5,7,7009", "FMS/5,0,15,5004", "FMS/3,5,3,888"])
def test_a_copied_version_alone_makes_nothing_likely(fms_ver: str) -> None:
    identity = identify([attempt(accepted(fms_ver))])
    assert identity is None or identity.probability < 0.75


def test_an_imitated_version_does_not_outweigh_a_signature() -> None:
    """nginx-rtmp behind a module that pretends to be Wowza."""
    seen = attempt(signed("13.14.10.13"), accepted("FMS/3,5,7,7009", 31, NGINX_WINDOW))
    identity = identify([seen])
    assert identity is not None
    assert identity.software == "nginx-rtmp"


def test_a_secure_token_speaks_against_adobe() -> None:
    before = ("Window Ack Size 2500000", "Set Peer Bandwidth 2500000 dynamic")
    facts = accepted("FMS/5,0,15,5004", 255, before, {"secureToken": "x"})
    seen = identify([attempt(signed("5.0.3.1"), facts)])
    assert seen is not None
    assert seen.software == "Wowza Streaming Engine"


def test_version_bytes_without_a_valid_digest_are_an_echo_or_random() -> None:
    unsigned = HandshakeFacts(s0_version=3, s1_version="13.14.10.13")
    assert identify([attempt(unsigned)]) is None


def test_plain_rtmp_in_answer_to_rtmpe_speaks_against_nginx() -> None:
    base = attempt(accepted("FMS/3,0,1,123", 31, NGINX_WINDOW))
    offered = attempt(HandshakeFacts(s0_version=3, encryption=6, s1_version="9.9.9.9"))
    before, after = identify([base]), identify([base, offered])
    assert before is not None
    assert after is not None
    assert (before.software, after.software) == ("nginx-rtmp", "Node-Media-Server")


def test_marks_add_up_over_attempts_and_count_once() -> None:
    one = SERVERS["nginx-rtmp, digest"][1]
    once, thrice = identify([one]), identify([one, one, one])
    assert once == thrice


def test_nothing_seen_is_nothing_known() -> None:
    assert identify([]) is None
    assert identify([attempt()]) is None


def test_every_mark_weighs_for_somebody() -> None:
    assert all(any(weight > 0 for weight in mark.weights.values()) for mark in MARKS)


@given(
    st.text(max_size=40), st.text(max_size=40), st.dictionaries(st.text(max_size=9), st.text(max_size=40)),
    st.binary(max_size=300), st.text(max_size=80),
)  # fmt: skip
def test_a_hostile_server_is_survived_and_its_text_is_bounded(
    fms_ver: str, description: str, properties: dict[str, str], first: bytes, server: str
) -> None:
    seen = attempt(
        RANDOM,
        accepted(f"RED5/{fms_ver}", 1, (), properties, description),
        http(f"SRS/{server}"),
        first_in=first,
    )
    identity = identify([seen])
    assert identity is not None
    assert 0 < identity.probability <= 1
    assert all(
        len(said) < 200 and said.isprintable() for said in (ENGLISH.render(m.message) for m in identity.marks)
    )


def test_a_web_server_at_another_address_is_not_the_servers() -> None:
    """A name that is led astray leads to another host's web server; without RTMP there is nothing to tell."""
    astray = "fallback rtmp 80: tcp ok @198.51.100.80; handshake unexpected-reply http=400 server=nginx @198.51.100.80"
    there = "follow-up other-address 1935: tcp ok @{0}; handshake ok signed=13.14.10.13 @{0}; connect ok @{0}"
    assert run_view([astray]).server_software is None
    for address, web in (("203.0.113.10", False), ("198.51.100.80", True)):
        identity = run_view([astray, there.format(address)]).server_software
        assert identity is not None
        assert (MarkTexts.WEB_SERVER.id in {mark.message.id for mark in identity.marks}) is web

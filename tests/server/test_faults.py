from __future__ import annotations

import pytest

from fmsdiag.server.faults import (
    FAULTS,
    LISTENER_NAMES,
    REJECTED_CODE,
    REJECTED_TEXT,
    RTMP_LISTENERS,
    TCP_LISTENERS,
    Fault,
    FaultKind,
    fault_for,
    parse_fault,
)

MEDIA = (*RTMP_LISTENERS, "rtmfp")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("silence", Fault(FaultKind.SILENCE, MEDIA)),
        (" refuse ", Fault(FaultKind.REFUSE, MEDIA)),
        ("rtmp=reset-after-c1", Fault(FaultKind.RESET_AFTER_C1, ("rtmp",))),
        ("rtmp,rtmps=silence", Fault(FaultKind.SILENCE, ("rtmp", "rtmps"))),
        ("all=close-on-accept", Fault(FaultKind.CLOSE_ON_ACCEPT, TCP_LISTENERS)),
        ("http=drip:0.5", Fault(FaultKind.DRIP, ("http",), seconds=0.5)),
        ("cut-s2", Fault(FaultKind.CUT_S2, byte_count=1460)),
        ("cut-s2:0", Fault(FaultKind.CUT_S2, byte_count=0)),
        ("cut-s2-close:3073", Fault(FaultKind.CUT_S2_CLOSE, byte_count=3073)),
        ("slow", Fault(FaultKind.SLOW, MEDIA, seconds=3)),
        ("reject", Fault(FaultKind.REJECT, MEDIA, code=REJECTED_CODE, text=REJECTED_TEXT)),
        ("reject:a.B.c:why: so", Fault(FaultKind.REJECT, MEDIA, code="a.B.c", text="why: so")),
        (
            "reject:InvalidApp",
            Fault(FaultKind.REJECT, MEDIA, code="NetConnection.Connect.InvalidApp", text=REJECTED_TEXT),
        ),
        ("reject::no", Fault(FaultKind.REJECT, MEDIA, code=REJECTED_CODE, text="no")),
        ("redirect:rtmp://h/a?b=c", Fault(FaultKind.REDIRECT, url="rtmp://h/a?b=c")),
        ("redirect-as-status:rtmp://h/a", Fault(FaultKind.REDIRECT_AS_STATUS, url="rtmp://h/a")),
        ("auth-adobe:bob:se:cret", Fault(FaultKind.AUTH_ADOBE, user="bob", password="se:cret")),
        ("rtmp=auth-llnw:bob:", Fault(FaultKind.AUTH_LIMELIGHT, ("rtmp",), user="bob")),
        ("rtmpe-off", Fault(FaultKind.RTMPE_OFF)),
        ("tunnel-close-each", Fault(FaultKind.TUNNEL_CLOSE_EACH, ("rtmps", "rtmpt", "rtmpts"))),
        ("rtmpt=tunnel-session-lost:3", Fault(FaultKind.TUNNEL_SESSION_LOST, ("rtmpt",), request_count=3)),
        ("ident2:::1", Fault(FaultKind.IDENT2, ("rtmps", "rtmpt", "rtmpts"), ident_address="::1")),
        ("rtmpe-bad-key", Fault(FaultKind.RTMPE_BAD_KEY, key="0")),
        ("rtmpt=rtmpe-bad-key:p-1", Fault(FaultKind.RTMPE_BAD_KEY, ("rtmpt",), key="p-1")),
        ("rtmpt=redirect:rtmp://h:1/a", Fault(FaultKind.REDIRECT, ("rtmpt",), url="rtmp://h:1/a")),
        ("all=silence", Fault(FaultKind.SILENCE, LISTENER_NAMES)),
        ("wrong-tag", Fault(FaultKind.WRONG_TAG, ("rtmfp",))),
        ("rtmfp=slow-ack:0.5", Fault(FaultKind.SLOW_ACK, ("rtmfp",), seconds=0.5)),
        ("rtmfp=redirect", Fault(FaultKind.REDIRECT, ("rtmfp",))),
        ("rtmfp=redirect:192.0.2.1:80", Fault(FaultKind.REDIRECT, ("rtmfp",), address=("192.0.2.1", 80))),
        ("rtmfp=redirect:[::1]:80", Fault(FaultKind.REDIRECT, ("rtmfp",), address=("::1", 80))),
    ],
)
def test_faults_are_read(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("explode", "There is no fault “explode”. Faults: refuse, silence, .*redirect"),
        ("", "There is no fault “”"),
        ("x" * 9999, "There is no fault “x{80}”"),
        ("web=silence", "There is no listener “web”. Listeners: rtmp, .*and all"),
        ("http=cut-s2:9", "needs RTMP, which is not on http"),
        ("all=reject", "needs RTMP, which is not on http and admin"),
        ("rtmfp=cut-s2", "needs RTMP, which is not on rtmfp"),
        ("rtmfp=close-on-accept", "needs TCP, which is not on rtmfp"),
        ("rtmp,rtmfp=redirect", "needs RTMP, which is not on rtmfp"),
        ("rtmp=wrong-tag", "needs RTMFP, which is not on rtmp"),
        ("rtmfp=redirect:live.example.com:80", "is not an address and a port"),
        ("rtmfp=redirect:192.0.2.1", "is not an address and a port"),
        ("rtmfp=redirect:192.0.2.1:65536", "is not an address and a port"),
        ("refuse:1", "takes no argument"),
        ("rtmpe-type-8:9", "takes no argument"),
        ("rtmp=tunnel-chunked", "needs RTMPT, which is not on rtmp"),
        ("tunnel-session-lost:-1", "not a number of requests from 0 to 1,000"),
        ("ident2:live.example.com", "is not an address"),
        ("rtmpe-bad-key:2", "“2” is not 0, 1, or p-1"),
        ("http=rtmpe-off", "needs RTMP, which is not on http"),
        ("cut-s2:3074", "not a number of bytes from 0 to 3,073"),
        ("cut-s2:-1", "not a number of bytes"),
        ("cut-s2:٣", "not a number of bytes"),
        ("slow:nan", "not a number of seconds from 0 to 3,600"),
        ("slow:-1", "not a number of seconds"),
        ("drip:soon", "not a number of seconds"),
        ("auth-adobe:bob", "enter a user name and a password"),
        ("auth-llnw::secret", "enter a user name and a password"),
        ("reject:c:" + "x" * 5000, "longer than 4,096"),
    ],
)
def test_what_is_wrong_with_a_fault_is_said(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_fault(text)


def test_a_password_is_in_no_representation() -> None:
    assert "secret" not in repr(parse_fault("auth-adobe:bob:secret"))


def test_each_kind_works_without_argument() -> None:
    assert [entry.kind for entry in FAULTS] == list(FaultKind)
    for entry in FAULTS:
        assert parse_fault(entry.kind).kind is entry.kind


def test_without_listeners_a_fault_acts_on_what_carries_rtmp() -> None:
    faults = (parse_fault("admin=silence"), parse_fault("slow"), parse_fault("refuse"))
    assert {name: fault.kind for name in LISTENER_NAMES if (fault := fault_for(faults, name))} == {
        **dict.fromkeys(MEDIA, FaultKind.SLOW),
        "admin": FaultKind.SILENCE,
    }

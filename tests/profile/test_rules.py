"""What is not allowed in a profile is refused, and named, before anything of it is used."""

from typing import Any

import msgspec
import pytest

from fmsdiag.model import PlanName, PlannedPort, ProfileField, Transport
from fmsdiag.port_list import MAX_PORTS
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.rules import MAX_TARGETS, check, has_secret
from tests.profile.samples import URL, profile, whole_profile

PORT = PlannedPort(Transport.RTMP, 1935)
REFERENCE = whole_profile().references[0]
SECRET = "Str3am-K3y-9f"


def test_a_whole_profile_is_allowed() -> None:
    assert check(whole_profile()) == whole_profile()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"profile_id": "../../x"}, "no valid id"),
        ({"sender": " "}, "does not say who asks"),
        ({"sender": "A" * 101}, "at most 100 characters"),
        ({"sender": "A\nB"}, "line breaks"),
        ({"sender": "A\u202eB"}, "invisible characters"),
        ({"message": "A\x1b[2JB"}, "control characters"),
        ({"message": "x" * 2001}, "at most 2,000 characters"),
        ({"message": "Use password=hunter2secret"}, "a password or a stream key"),
        ({"message": f"Use rtmp://a.example/live/{SECRET}"}, "a password or a stream key"),
        ({"targets": ()}, "names no server"),
        ({"targets": (URL,) * 10_000}, f"names 10,000 addresses; at most {MAX_TARGETS}"),
        ({"targets": ("http://a.example",)}, "web address"),
        ({"targets": ("file:///etc/passwd",)}, "cannot be tested"),
        ({"targets": ("rtmp://" + "a" * 400,)}, "at most 300 characters"),
        ({"targets": ("rtmp://a.example/li\x00ve",)}, "Server: "),
        ({"targets": (f"rtmp://a.example/live/{SECRET}",)}, "a stream key, or a query string"),
        ({"targets": (f"rtmp://a.example/live?key={SECRET}",)}, "a stream key, or a query string"),
        ({"targets": (f"rtmp://alice:{SECRET}@a.example/live",)}, "a user name"),
        ({"plan": PlanName.CUSTOM}, "no plan “custom”"),
        ({"ports": (PORT,) * 20, "checks": (PORT,) * 13}, f"33 ports and checks; at most {MAX_PORTS}"),
        ({"ports": (PlannedPort(Transport.RTMP, 0),)}, "0 is not a port"),
        ({"checks": (PlannedPort(Transport.RTMP, 10**30),)}, "is not a port"),
        ({"control": "a b"}, "Reference server: "),
        ({"control": f"rtmp://a.example/live/{SECRET}"}, "Reference server: "),
        ({"fields": (ProfileField("x"),) * 7}, "7 fields; at most 6"),
        ({"fields": (ProfileField("x"),) * 2}, "the same label"),
        ({"fields": (ProfileField(" "),)}, "no label"),
        ({"fields": (ProfileField("x\u200b"),)}, "invisible characters"),
        ({"send_to": "file:///tmp/x"}, "neither an email address nor a web page"),
        ({"send_to": "javascript:alert(1)"}, "neither an email address nor a web page"),
        ({"send_to": "http://help.example"}, "neither an email address nor a web page"),
        ({"send_to": f"https://alice:{SECRET}@help.example"}, "a password or a stream key"),
        ({"send_to": "https://[x"}, "neither an email address nor a web page"),
        ({"references": (REFERENCE, REFERENCE)}, "Two reference runs"),
        ({"logo": b"GIF89a"}, "not a complete PNG"),
    ],
)
def test_what_is_not_allowed_is_named_and_no_secret_is_quoted(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ProfileError, match=said) as raised:
        check(profile(**changes))
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "other.example"},
        {"made_at": "\x1b[2J"},
        {"addresses": ("192.0.2.1",) * 65},
        {"certificates": ("not hex",)},
        {"versions": ("x" * 400,)},
        {"attempts": tuple(msgspec.structs.replace(a, took_s=float("nan")) for a in REFERENCE.attempts)},
        {"attempts": tuple(msgspec.structs.replace(a, key="\n") for a in REFERENCE.attempts)},
    ],
)
def test_a_reference_run_that_no_report_gives_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProfileError, match="reference run"):
        check(profile(references=(msgspec.structs.replace(REFERENCE, **changes),)))


@pytest.mark.parametrize("place", ["help@example.com", "https://help.example/upload?ticket=1", ""])
def test_where_the_report_may_go(place: str) -> None:
    check(profile(send_to=place))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Your address is rtmp://a.example/live.", False),
        ("Write to help@example.com, ticket 4711.", False),
        ("Never tell anyone your password.", False),
        ("rtmp://a.example/live/abcdef-12345-key", True),
        ("rtmp://alice:secret@a.example/live", True),
    ],
)
def test_what_counts_as_a_secret(said: str, expected: bool) -> None:
    assert has_secret(said) is expected

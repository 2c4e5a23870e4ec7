"""What a person types becomes a profile, or is wrong at one part, in the words of the command line."""

import msgspec
import pytest

from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.model import PlanName, PlannedPort, ProfileField, Redaction, Transport
from fmsdiag.profile.draft import DraftPart, PartError, ProfileDraft, problems_of, profile_of
from fmsdiag.profile.errors import ProfileError
from tests.profile.samples import URL, png
from tests.report import samples

LEAST = ProfileDraft((URL,), "Example Streaming")
REPORT = samples.healthy()
REFERENCE = reference_of(REPORT.report_id, REPORT.started_at, REPORT.target.host, REPORT.attempts)


def with_(**changes: object) -> ProfileDraft:
    return ProfileDraft(**({"servers": (URL,), "sender": "Example Streaming"} | changes))  # type: ignore[arg-type]


def test_all_of_it_goes_into_the_profile() -> None:
    draft = with_(
        servers=(URL, URL),
        message="Hello.",
        plan=PlanName.SECURE,
        ports="1935",
        checks="rtmps:443",
        control="rtmp://C.example/x",
        references=(REFERENCE,),
        fields=("Ticket number!", "Name"),
        send_to="help@example.com",
        redaction=Redaction.STRICT,
        logo=png(),
    )
    assert problems_of(draft) == {}
    made = profile_of(draft)
    assert made.targets == (URL,)
    assert made.ports == (PlannedPort(Transport.RTMP, 1935),)
    assert made.checks == (PlannedPort(Transport.RTMPS, 443),)
    assert (made.control, made.plan, made.redaction) == ("c.example", PlanName.SECURE, Redaction.STRICT)
    assert made.fields == (ProfileField("Ticket number", True), ProfileField("Name"))
    assert made.logo == png()
    assert made.profile_id != profile_of(draft).profile_id


@pytest.mark.parametrize(("typed", "checks"), [(None, None), ("", ()), ("None", ())])
def test_no_check_is_not_the_usual_ones(typed: str | None, checks: object) -> None:
    assert profile_of(with_(checks=typed)).checks == checks


@pytest.mark.parametrize(
    ("changes", "part", "said"),
    [
        ({"sender": " "}, DraftPart.SENDER, "does not say who asks"),
        ({"message": "password=hunter2secret"}, DraftPart.MESSAGE, "Message: the text seems to contain"),
        ({"servers": ()}, DraftPart.SERVERS, "names no server"),
        ({"servers": (f"{URL}/a-stream-key",)}, DraftPart.SERVERS, "has a user name, a stream key, or"),
        ({"ports": "70000"}, DraftPart.PORTS, "70000"),
        ({"checks": "rtmps:x"}, DraftPart.CHECKS, "x"),
        ({"control": "a b"}, DraftPart.CONTROL, "space"),
        ({"references": (REFERENCE, REFERENCE)}, DraftPart.REFERENCES, "Two reference runs"),
        ({"fields": ("a", "a")}, DraftPart.FIELDS, "same label"),
        ({"fields": ("!",)}, DraftPart.FIELDS, "no label"),
        ({"send_to": "nowhere"}, DraftPart.SEND_TO, "neither an email address"),
        ({"logo": b"GIF89a"}, DraftPart.LOGO, "not a complete PNG"),
    ],
)
def test_what_is_wrong_is_told_at_its_part(changes: dict[str, object], part: DraftPart, said: str) -> None:
    draft = with_(**changes)
    problems = problems_of(draft)
    assert list(problems) == [part]
    assert said in problems[part]
    with pytest.raises(ProfileError) as raised:
        profile_of(draft)
    assert str(raised.value) == problems[part]
    assert not isinstance(raised.value, PartError) or raised.value.part is part


def test_every_mistake_is_told_at_once() -> None:
    problems = problems_of(ProfileDraft(ports="x", send_to="x", references=(REFERENCE,)))
    assert set(problems) == {DraftPart.SENDER, DraftPart.SERVERS, DraftPart.PORTS, DraftPart.SEND_TO}


def test_too_many_ports_together_are_told_at_the_checks() -> None:
    many = ",".join(map(str, range(1000, 1030)))
    more = ",".join(map(str, range(2000, 2030)))
    assert "at most" in problems_of(with_(ports=many, checks=more))[DraftPart.CHECKS]


def test_a_reference_is_of_one_of_the_servers() -> None:
    other = msgspec.structs.replace(REFERENCE, host="other.example")
    assert "not one of" in problems_of(with_(references=(other,)))[DraftPart.REFERENCES]

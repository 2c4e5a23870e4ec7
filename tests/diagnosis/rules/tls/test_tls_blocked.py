"""What a filter goes by stands beside where it is."""

from fmsdiag.diagnosis.rule import Ask
from fmsdiag.diagnosis.rules.tls import tls_blocked
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

CUT = [
    "fallback rtmps 443: tcp ok; tls reset",
    "follow-up plain-on-tls-port 443: tcp ok; handshake closed",
    "follow-up app-path rtmps:443: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=1",
]
OTHER_NAME = "follow-up tls-other-name rtmps:443: tcp ok; tls ok version=TLSv1.3"


def test_a_filter_that_is_located_and_reads_the_name_is_shown_with_both() -> None:
    for lines, is_told in ((CUT, False), ([*CUT, OTHER_NAME], True)):
        answer = tls_blocked.judge(run_view(lines, url="rtmps://fms.example.com/live"))
        found = answer.provisional if isinstance(answer, Ask) else answer
        assert found is not None
        assert found.case is tls_blocked.InNetwork
        said = [ENGLISH.render(line.message) for line in found.seen]
        assert ("The same first TLS message is answered when it contains another name." in said) is is_told

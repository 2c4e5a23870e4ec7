from __future__ import annotations

from fmsdiag.diagnosis.server_settings import is_likely
from fmsdiag.diagnosis.server_software import AMS, NGINX, SRS
from fmsdiag.diagnosis.wording import settings
from tests.diagnosis.situations import run_view

KNOWN = {AMS: "a file", NGINX: "a directive"}


def test_a_product_that_is_known_gets_its_own_setting_alone() -> None:
    seen = run_view(["fallback rtmp 1935: tcp ok; handshake ok signed=13.14.10.13; connect closed"])
    assert settings(seen, KNOWN) == "This looks like nginx-rtmp: a directive."
    assert is_likely(seen, NGINX)
    assert not is_likely(seen, SRS)


def test_a_product_that_is_unknown_or_not_listed_leaves_all_settings() -> None:
    unknown = run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect ok"])
    unlisted = run_view(["fallback rtmp 1935: tcp ok; handshake ok signed=1.2.3.4; connect ok"])
    for seen in (unknown, unlisted):
        assert settings(seen, KNOWN) == "AMS: a file; nginx-rtmp: a directive."
        assert not is_likely(seen, NGINX)

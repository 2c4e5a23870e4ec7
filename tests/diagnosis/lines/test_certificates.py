from __future__ import annotations

import pytest

from fmsdiag.diagnosis.lines.certificates import issuer_of, subject_of
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Certificate


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("CN=R3,O=Let's Encrypt,C=US", "R3 (Let's Encrypt)"),
        ("CN=Corp Root", "Corp Root"),
        ("O=Example\\, Inc.", "Example, Inc."),
        ("", "an unnamed authority"),
    ],
)
def test_a_party_is_written_by_its_readable_names(name: str, written: str) -> None:
    assert ENGLISH.value(issuer_of(Certificate("CN=fms.example.com", name))) == written
    assert ENGLISH.value(subject_of(Certificate(name, "CN=R3"))) == written

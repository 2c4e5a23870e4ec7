"""Servers and what goes with them in files of settings."""

from __future__ import annotations

import pytest

from fmsdiag.found_address import Pasted
from fmsdiag.named_values import of_json, of_xml


def test_json_is_read_by_its_names() -> None:
    typed = '{"rtmp": {"ip": "192.0.2.7", "port": 1936, "application": "live", "key": "abcd", "user": "bob"}}'
    assert of_json(typed) == Pasted("192.0.2.7:1936", "live", "abcd", ("bob", ""))


def test_xml_is_read_by_its_names() -> None:
    typed = "<a><Server>h.example</Server><Port>1936</Port><App>live</App><StreamName>abcd</StreamName></a>"
    assert of_xml(typed) == Pasted("h.example:1936", "live", "abcd")


@pytest.mark.parametrize("typed", ["{", "[[[[", '{"a": 1}', "rtmp://h.example/live", '["x"]'])
def test_what_names_no_server_is_left(typed: str) -> None:
    assert of_json(typed) is None
    assert of_xml(typed) is None

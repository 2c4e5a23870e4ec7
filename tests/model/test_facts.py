from __future__ import annotations

from typing import get_args

import msgspec

from fmsdiag import model
from fmsdiag.model import (
    Observation,
    StepName,
)


def test_facts_tell_their_kind_in_json() -> None:
    kept = msgspec.structs.replace(
        Observation("1.connect", StepName.CONNECT, 1.0, 1.5),
        facts=model.ConnectFacts("live", "rtmp://h/live"),
    )
    text = msgspec.json.encode(kept)
    assert b'"type":"connect"' in text
    assert msgspec.json.decode(text, type=Observation) == kept


def test_every_kind_of_facts_has_a_tag_of_its_own() -> None:
    kinds = [kind for kind in get_args(model.Facts) if kind is not type(None)]
    tags = [kind.__struct_config__.tag for kind in kinds]
    assert len(kinds) >= 16
    assert None not in tags
    assert len(set(tags)) == len(tags)

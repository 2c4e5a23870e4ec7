"""Any report that the types allow, for property tests: made from msgspec's description of the types."""

from __future__ import annotations

from typing import get_args

import msgspec
import msgspec.inspect as inspect
from hypothesis import strategies as st

from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.text import Text
from fmsdiag.model import SCHEMA_VERSION, Message, Report
from fmsdiag.model.messages import Listed, Value

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><!--",
    "]]><style>",
    '" onload="x',
    "&lt;b&gt;",
    "\x1b[2J\x07",
    "\u202eevil\u2066",
    "\u2028",
    "{{ 7 * 7 }}",
    "",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
_SIMPLE = {
    inspect.StrType: TEXTS,
    inspect.IntType: st.integers(-(2**31), 2**31),
    inspect.FloatType: st.floats(allow_nan=False, allow_infinity=False, width=32),
    inspect.BoolType: st.booleans(),
    inspect.BytesType: st.binary(max_size=8),
    inspect.NoneType: st.none(),
}


def _strategy(kind: inspect.Type) -> st.SearchStrategy[object]:
    match kind:
        case inspect.StructType():
            if kind.cls is Message:
                return _MESSAGES
            known = {field.name: _strategy(field.type) for field in kind.fields}
            return st.builds(kind.cls, **known)
        case inspect.UnionType():
            return st.one_of(*map(_strategy, kind.types))
        case inspect.EnumType():
            return st.sampled_from(list(kind.cls))
        case inspect.VarTupleType():
            return st.lists(_strategy(kind.item_type), max_size=2).map(tuple)
        case inspect.TupleType():
            return st.tuples(*map(_strategy, kind.item_types))
        case inspect.DictType():
            return st.dictionaries(_strategy(kind.key_type), _strategy(kind.value_type), max_size=2)
    return _SIMPLE[type(kind)]


def _described(kind: type) -> st.SearchStrategy[object]:
    return _strategy(inspect.type_info(kind))


_PLAIN = st.builds(Message, TEXTS, st.just({}), TEXTS)
_VALUES = {kind: _described(kind) for kind in get_args(Value) if kind is not Listed} | {
    Listed: st.builds(Listed, st.lists(_PLAIN, max_size=2).map(tuple), st.booleans())
}
_STRANGE = st.one_of(TEXTS, st.none(), st.integers(), st.just({"type": "newer"}), *_VALUES.values())


def _said(known: Text) -> st.SearchStrategy[Message]:
    """A message of this program, with any values of the right kinds."""
    values = st.fixed_dictionaries({place: _VALUES[kind] for place, kind in known.places.items()})
    return st.builds(Message, st.just(known.id), values, TEXTS)


_KNOWN = st.deferred(lambda: st.sampled_from(sorted(known_texts().values(), key=lambda text: text.id)))
_DAMAGED = st.builds(
    Message,
    st.one_of(TEXTS, _KNOWN.map(lambda text: text.id)),
    st.dictionaries(TEXTS, _STRANGE, max_size=2),
    TEXTS,
)
_MESSAGES = st.one_of(_KNOWN.flatmap(_said), _DAMAGED)
_REPORTS = _described(Report)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of this version with anything in it."""
    made: Report = draw(_REPORTS)  # type: ignore[assignment]
    return msgspec.structs.replace(made, schema_version=SCHEMA_VERSION)

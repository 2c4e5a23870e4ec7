"""Any report that the types allow, for property tests: made from msgspec's description of the types."""

from __future__ import annotations

import msgspec
import msgspec.inspect as inspect
from hypothesis import strategies as st

from fmsdiag.messages.catalog import known_texts
from fmsdiag.model import SCHEMA_VERSION, Message, Report
from fmsdiag.model.messages import Listed
from fmsdiag.report.plausible import LONGEST_S, bounded

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
    inspect.FloatType: st.floats(-LONGEST_S, LONGEST_S),
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


def _value(kind: type, text: str) -> object:
    """A value of that kind with a hostile text wherever one fits."""
    if kind is Listed:
        return Listed((Message(text, {}, text), Message("", {}, text)))
    fields = {}
    for field in msgspec.structs.fields(kind):
        described = inspect.type_info(field.type)
        fields[field.name] = _filling(described, text)
    return kind(**fields)


def _filling(kind: inspect.Type, text: str) -> object:
    match kind:
        case inspect.VarTupleType():
            return (_filling(kind.item_type, text),) * 2
        case inspect.UnionType():
            return _filling(kind.types[0], text)
        case inspect.EnumType():
            return next(iter(kind.cls))
        case inspect.StructType():
            return _value(kind.cls, text)
        case inspect.StrType():
            return text
        case inspect.BoolType():
            return True
        case inspect.FloatType():
            return -LONGEST_S
    return 2**31


def _messages() -> list[Message]:
    """Each text of this program with hostile values and with none at all, and what it does not know."""
    found = []
    for number, (text_id, known) in enumerate(sorted(known_texts().items())):
        hostile = HOSTILE[number % len(HOSTILE)]
        values = {place: _value(kind, hostile) for place, kind in known.places.items()}
        found += [Message(text_id, values, hostile), Message(text_id, {hostile: 1}, hostile)]
    strange = {"a": None, "b": {"type": "newer"}, "c": [1], "d": 1}
    return found + [Message(text, {**strange, text: text}, text) for text in HOSTILE]


_MESSAGES = st.deferred(lambda: st.sampled_from(_messages()))
_REPORTS = _described(Report)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of this version with anything in it that can be opened."""
    made: Report = draw(_REPORTS)  # type: ignore[assignment]
    return bounded(msgspec.structs.replace(made, schema_version=SCHEMA_VERSION))

"""What support reads about one row: facts, transcript, first bytes, JSON. Pure."""

from __future__ import annotations

import string
from collections.abc import Iterator

import msgspec

from fmsdiag.gui.timeline_nodes import AttemptNode, Node, StepNode
from fmsdiag.model import Direction, Observation
from fmsdiag.report.visible import visible
from fmsdiag.report.words import describe_method, describe_outcome, describe_step, format_duration, step_label

NOTHING = "Nothing was observed here yet."
NO_TRANSCRIPT = "No protocol message was exchanged in this attempt."
NO_BYTES = "No bytes were kept: none were sent or received."
_PRINTABLE = frozenset((string.ascii_letters + string.digits + string.punctuation + " ").encode())


def facts_text(node: Node) -> str:
    """The row in lines of "name: value", one block for each step."""
    blocks = ["\n".join(_facts(seen)) for seen in _observations(node)]
    if isinstance(node, AttemptNode) and node.attempt is not None:
        blocks.insert(0, f"{describe_method(node)} on {node.endpoint.host}\n{describe_outcome(node.attempt)}")
    return "\n\n".join(blocks) or NOTHING


def transcript_text(node: Node) -> str:
    """The attempt's protocol messages: time, direction, words."""
    attempt = _attempt_of(node)
    if attempt is None or attempt.attempt is None or not attempt.attempt.transcript:
        return NO_TRANSCRIPT
    return "\n".join(
        f"{line.at_s:9.3f} s  {'→' if line.direction is Direction.OUT else '←'}  {visible(line.text)}"
        for line in attempt.attempt.transcript
    )


def bytes_text(node: Node) -> str:
    """The first bytes of each direction of each step: offset, hexadecimal, ASCII."""
    blocks = []
    for seen in _observations(node):
        for name, data, count in (
            ("sent", seen.first_out, seen.bytes_out),
            ("received", seen.first_in, seen.bytes_in),
        ):
            if data:
                more = f", first {len(data)} of them" if count > len(data) else ""
                blocks.append(
                    f"{step_label(seen.step)}: {count or len(data)} bytes {name}{more}\n{_dump(data)}"
                )
    return "\n\n".join(blocks) or NO_BYTES


def json_text(node: Node) -> str:
    """The row as it stands in the report."""
    thing: object | None = None
    if isinstance(node, AttemptNode):
        thing = node.attempt
    elif isinstance(node, StepNode):
        thing = node.observation
    if thing is None:
        return NOTHING
    return visible(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode(), keep_newlines=True)


def _observations(node: Node) -> Iterator[Observation]:
    steps = node.steps if isinstance(node, AttemptNode) else [node] if isinstance(node, StepNode) else []
    for step in steps:
        if step.observation is not None:
            yield step.observation


def _attempt_of(node: Node) -> AttemptNode | None:
    found = node.parent if isinstance(node, StepNode) else node
    return found if isinstance(found, AttemptNode) else None


def _facts(seen: Observation) -> Iterator[str]:
    yield describe_step(seen)
    yield f"  began after: {format_duration(seen.started_s)}"
    yield f"  took: {format_duration(seen.elapsed_s)}"
    if seen.address:
        yield f"  address: {visible(seen.address)}" + (f", port {seen.port}" if seen.port else "")
    if seen.bytes_out or seen.bytes_in:
        yield f"  bytes: {seen.bytes_out:,} sent, {seen.bytes_in:,} received"
    for thing in (seen.failure, seen.facts):
        if thing is not None:
            yield from _lines(msgspec.to_builtins(thing), "  ")


def _lines(thing: object, indent: str) -> Iterator[str]:
    """A decoded struct as indented lines; empty values say nothing and are left out."""
    entries = (
        thing.items() if isinstance(thing, dict) else enumerate(thing if isinstance(thing, list) else [])
    )
    for key, value in entries:
        if value in (None, "", [], {}) or key == "type":
            continue
        name = str(key).replace("_", " ") if isinstance(thing, dict) else "–"
        if isinstance(value, dict | list):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {visible(str(value))}"


def _dump(data: bytes) -> str:
    rows = []
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        shown = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in row)
        rows.append(f"{offset:04x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  {shown}")
    return "\n".join(rows)

"""The names of a server that was addressed by number: from its certificate, and from the address's own record."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import certificate_of
from fmsdiag.model import Attempt, DnsFacts, Endpoint, Experiment, Question, StepName, Transport

MOST_NAMES = 2
"""How many of the names are tried: a certificate of a shared host can have a hundred."""


def names_of_server(run: RunView) -> tuple[str, ...]:
    """Host names by which the server may know itself: its address's own name first, if it has one, then its certificate's."""
    shown = [n.lower() for a in run.own for n in _certificate_names(a)]
    reverse = [name for a in run.performed(Experiment.REVERSE_NAME) if (name := _reverse_name(a))]
    known = [n for n in reverse if n in shown or _matches_wildcard(n, shown)]
    return tuple(dict.fromkeys(n for n in (*known, *shown, *reverse) if _is_host_name(n)))


def ask_reverse_name(run: RunView) -> tuple[Question, ...]:
    """The name of the server's address, asked of this computer's own name server."""
    return run.ask_server(Experiment.REVERSE_NAME, 53, Transport.HTTP)


def ask_under_names(run: RunView, attempt: Attempt) -> tuple[Question, ...]:
    """An attempt once more, at the same address, under each of the first names."""
    made, address = attempt.endpoint, run.target.host.partition("%")[0]
    return tuple(
        Question(Experiment.UNDER_NAME, Endpoint(made.transport, name, made.port, address=address))
        for name in names_of_server(run)[:MOST_NAMES]
    )


def _certificate_names(attempt: Attempt) -> tuple[str, ...]:
    steps = (o for o in attempt.observations if o.step is StepName.TLS)
    return next((c.names for o in steps if (c := certificate_of(o)) is not None), ())


def _reverse_name(attempt: Attempt) -> str | None:
    step = attempt.step(StepName.DNS)
    return step.facts.canonical_name if step is not None and isinstance(step.facts, DnsFacts) else None


def _matches_wildcard(name: str, shown: list[str]) -> bool:
    return f"*.{name.partition('.')[2]}" in shown


def _is_host_name(name: str) -> bool:
    """Whether a name can be called: not an address, not a wildcard, not a bare word."""
    return "." in name and "*" not in name and ":" not in name and not name.replace(".", "").isdigit()

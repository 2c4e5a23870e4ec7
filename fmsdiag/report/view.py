"""The one view of a report: what every face lays out, in the reader's words.

Window, terminal, Markdown, page, print and PDF show these parts and ask the report for no other words of a finding. Text
in here is rendered and visible (see visible.py); a face only escapes it for its own format.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from fmsdiag.messages.causes import CAUSE_NAMES
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import current_language, render, say
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import (
    Action,
    Actor,
    Advice,
    Attempt,
    Cause,
    EvidenceLine,
    Finding,
    Message,
    Note,
    Prepared,
    Purpose,
    Recommendation,
    Rejudged,
    Report,
    ServerIdentity,
    Step,
    Undecided,
)
from fmsdiag.model.messages import Names, Url
from fmsdiag.report.contacts import contact_lines
from fmsdiag.report.hidden import hidden_lines, is_private
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.path_map import PathMap, path_map
from fmsdiag.report.players import PlayerRow, player_rows
from fmsdiag.report.request_text import request_lines
from fmsdiag.report.rows import Row, rows_of
from fmsdiag.report.sections import Section
from fmsdiag.report.verdict_code.code import code_of
from fmsdiag.report.words import (
    Mark,
    ReaderNames,
    confidence_word,
    describe_identity,
    describe_method,
    mark_of_verdict,
)


class ViewTexts(Table, of="view"):
    """The titles of the parts, and what stands where a part has nothing to show."""

    WHAT_WE_SAW = text("What we saw")
    AGAINST = text("Evidence against it")
    RULES_OUT = text("What is not the cause")
    EXPLAINS = text("Also considered, but explained by this cause")
    # translators: fmsdiag explain is a command to type
    MORE = text("More about this cause: fmsdiag explain {cause:name}")
    DECIDES = text("How to find out for sure")
    WHO_DOES_WHAT = text("What to do")
    ALSO_FOUND = text("Also found")
    NOTES = text("Good to know")
    PATH = text("Network path")
    RECOMMENDED = text("What connects from here")
    PLAYERS = text("Which players connect")
    CONTACTS = text("Also contacted")
    REQUEST = text("Request to copy")
    HIDDEN = text("Hidden in this report")
    NOTHING_FOR_YOU = text("There is nothing for you to do.")
    NOTHING_FOR_ADMINISTRATOR = text("There is nothing for your network administrator to do.")
    NOTHING_FOR_OPERATOR = text("There is nothing for the server operator to do.")
    NOTHING_UNTIL_KNOWN = text("There is nothing to do until the cause is known.")
    NOTHING_MORE_FOR_YOU = text("For this finding alone, there is nothing for you to do.")
    NOTHING_MORE_FOR_ADMINISTRATOR = text(
        "For this finding alone, there is nothing for your network administrator to do."
    )
    NOTHING_MORE_FOR_OPERATOR = text(
        "For this finding alone, there is nothing for the server operator to do."
    )
    # translators: {confidence} is "Confirmed", "Likely" or "Possible"; {reason} is a sentence
    CONFIDENCE = text("{confidence:name}. {reason:name}")
    PORTS_BEST_FIRST = text("Ports, best first: {ports:names}.")
    USE_PROXY = text("Needs this proxy: {proxy}.")
    # translators: {line} is a line of "Attempt" and what came of it
    ATTEMPT = text("{method:name}: {outcome:name}")
    ATTEMPT_TIMED = text("{method:name}: {outcome:name} ({took:duration})")
    # translators: {sender} is who asked for the test by a profile
    PREPARED = text("Prepared by {sender:name}")
    # translators: {fields} is what the customer filled in, such as "Ticket number: 4711"
    PREPARED_FOR = text("Prepared by {sender:name} ({fields:names})")
    FILLED = text("{label:name}: {value:name}")
    # translators: {where} is a line of the program, such as "diagnosis/engine.py:41"
    RULE_ERROR = text(
        "Internal error while checking “{cause:name}” ({where:name}). This is a bug in fmsdiag, not a problem with your "
        "network."
    )
    # translators: {tool} is a program with its version; {headline} is a sentence
    REJUDGED = text(
        "Judged again by {tool:name}. The report first said: {headline:name} (cause {cause:name})"
    )
    LEFT_OUT = text("{count} more left out")
    NOT_SHOWN = plural("{count} line left out", "{count} lines left out")
    SOFTWARE = text("Server software: {software:name}")
    # translators: {code} has 14 letters and digits, to be read aloud
    CODE = text("Code for the telephone: {code:name}")


MOST_FIELDS = 6
"""Of a profile; a report from a file may name any number."""
LEAST_PROBABILITY = 0.5
"""From which on it is said what the server seems to be."""
READERS: dict[Actor, tuple[Text, Text]] = {
    Actor.USER: (ReaderNames.USER, ViewTexts.NOTHING_FOR_YOU),
    Actor.ADMINISTRATOR: (ReaderNames.ADMINISTRATOR, ViewTexts.NOTHING_FOR_ADMINISTRATOR),
    Actor.OPERATOR: (ReaderNames.OPERATOR, ViewTexts.NOTHING_FOR_OPERATOR),
}
"""The three readers in their order: what each is called, and what is said where there is nothing to do."""


_NOTHING_HERE = {
    Actor.USER: ViewTexts.NOTHING_MORE_FOR_YOU,
    Actor.ADMINISTRATOR: ViewTexts.NOTHING_MORE_FOR_ADMINISTRATOR,
    Actor.OPERATOR: ViewTexts.NOTHING_MORE_FOR_OPERATOR,
}
"""What is said instead where another finding of the report has steps for that reader."""


@dataclass(frozen=True)
class Line:
    """A line of evidence or a note, and the observation that shows it."""

    text: str
    observation: str = ""


@dataclass(frozen=True)
class StepView:
    """One step, and what a face can offer with it."""

    text: str
    action: Action | None = None
    target: str = ""
    """For USE_ADDRESS and OPEN_PAGE: the address."""


@dataclass(frozen=True)
class ReaderView:
    """One of the three readers."""

    actor: Actor
    name: str
    steps: tuple[StepView, ...]
    acts: bool
    """Whether this one can fix it."""
    nothing: str
    """What to say where there are no steps."""


@dataclass(frozen=True)
class FindingView:
    """A finding, whole."""

    headline: str
    cause: str
    confidence: str
    reason: str
    explanation: str
    seen: tuple[Line, ...]
    against: tuple[Line, ...]
    rules_out: tuple[str, ...]
    explains: tuple[str, ...]
    decides: str
    readers: tuple[ReaderView, ...]
    request: tuple[str, ...]
    """The request to this network's administrator, line by line."""

    @property
    def confidence_line(self) -> str:
        """ "Likely. Port 80 of the same server answers." """
        if not self.reason:
            return self.confidence
        return say(ViewTexts.CONFIDENCE, confidence=self.confidence, reason=self.reason)

    @property
    def more(self) -> str:
        """Where to read more about the cause, for a page that cannot show it; "" for one that this program does not know."""
        return say(ViewTexts.MORE, cause=self.cause) if self.cause in set(Cause) else ""


@dataclass(frozen=True)
class RecommendationView:
    """The address that connects, and what goes with it."""

    url: str
    lines: tuple[str, ...]


class ReportView:
    """The parts of one report. `has_buttons`: the face offers a button for a step's action, and the step may name it."""

    def __init__(self, report: Report, *, has_buttons: bool = False) -> None:
        self.report = report
        self._has_buttons = has_buttons
        self.mark: Mark = mark_of_verdict(report.verdict.status, report.verdict.impaired)
        self.headline = one_line(render(report.verdict.headline), 300)
        self.paragraph = visible(render(report.verdict.explanation), keep_newlines=True)
        self.is_private = is_private(report)
        self.hidden = hidden_lines(report)

    @cached_property
    def findings(self) -> tuple[FindingView, ...]:
        """Best first; empty where nothing is wrong."""
        found = [finding_view(finding, has_buttons=self._has_buttons) for finding in self.report.findings]
        busy = {reader.actor for each in found for reader in each.readers if reader.steps}
        return tuple(replace(each, readers=_beside(each.readers, busy)) for each in found)

    @property
    def finding(self) -> FindingView | None:
        """The verdict's own."""
        return self.findings[0] if self.findings else None

    @property
    def request(self) -> tuple[str, ...]:
        """The first finding's request, line by line."""
        return self.finding.request if self.finding is not None else ()

    @property
    def prepared(self) -> str:
        """Who asked for the test, and what the customer filled in; "" for a run without a profile."""
        return prepared_line(self.report.prepared)

    @property
    def first_request(self) -> tuple[str, ...]:
        """The request of the first finding that has one, for a face that lays out no other finding whole."""
        return next((finding.request for finding in self.findings if finding.request), ())

    @cached_property
    def rows(self) -> tuple[tuple[Section, list[Row]], ...]:
        """What was tried, by section; repeats share a row."""
        return tuple(rows_of(self.report))

    @cached_property
    def seen(self) -> tuple[Line, ...]:
        """What the first finding rests on; without one, what stays open, or how the plan's attempts ended."""
        if self.finding is not None and self.finding.seen:
            return self.finding.seen
        if self._undecided is not None and self._undecided.evidence:
            return _lines(self._undecided.evidence)
        planned = [a for a in self.report.attempts if a.purpose is Purpose.FALLBACK]
        return tuple(Line(attempt_line(a), str(a.id)) for a in planned)

    @cached_property
    def path_map(self) -> PathMap | None:
        """Where on the network path something ends; none where no path test shows that."""
        return path_map(self.report)

    @property
    def path_lines(self) -> tuple[str, ...]:
        """The same in words, a line for each place where something is cut."""
        return self.path_map.lines if self.path_map is not None else ()

    @property
    def decides(self) -> str:
        """The test that would decide what stays open, "" where nothing does."""
        if self.finding is not None:
            return self.finding.decides
        return shown(self._undecided.decisive_test) if self._undecided is not None else ""

    @cached_property
    def readers(self) -> tuple[ReaderView, ...]:
        """Who does what: about the first finding, or where none was made about what stays open."""
        if self.finding is not None:
            return self.finding.readers
        if self._undecided is None:
            return readers_of(Advice(), has_buttons=self._has_buttons)
        readers = readers_of(self._undecided.advice, has_buttons=self._has_buttons)
        unknown = say(ViewTexts.NOTHING_UNTIL_KNOWN)
        return tuple(
            reader if reader.steps or reader.actor is Actor.USER else replace(reader, nothing=unknown)
            for reader in readers
        )

    @property
    def _undecided(self) -> Undecided | None:
        return self.report.verdict.undecided

    @cached_property
    def notes(self) -> tuple[Line, ...]:
        """What is not a fault of anyone, internal errors, and what the report said before it was judged again."""
        faults = (
            Line(
                say(
                    ViewTexts.RULE_ERROR,
                    cause=one_line(error.cause, 60),
                    where=one_line(error.where or "?", 80),
                )
            )
            for error in self.report.rule_errors
        )
        before = self.report.rejudged
        said = (Line(_said_before(before)),) if before is not None else ()
        return (*said, *_lines(self.report.notes), *faults)

    @cached_property
    def players(self) -> tuple[PlayerRow, ...]:
        return tuple(player_rows(self.report))

    @cached_property
    def recommendation(self) -> RecommendationView | None:
        found = self.report.recommendation
        if found is None or not found.url:
            return None
        return RecommendationView(visible(as_typed(found.url)), tuple(_recommended(found)))

    @property
    def identity(self) -> str:
        """What the server seems to be, "" where nothing is more likely than not: a web server's name alone tells little."""
        return describe_identity(self._identity) if self._identity is not None else ""

    @property
    def identity_line(self) -> str:
        """The same where it stands among other sentences."""
        return say(ViewTexts.SOFTWARE, software=self.identity) if self.identity else ""

    @property
    def marks(self) -> tuple[Line, ...]:
        """What speaks for that software."""
        return _lines(self._identity.marks) if self._identity is not None else ()

    @property
    def _identity(self) -> ServerIdentity | None:
        identity = self.report.identity
        return identity if identity is not None and identity.probability >= LEAST_PROBABILITY else None

    @cached_property
    def code(self) -> str:
        """The verdict in 14 characters, to be read aloud; `fmsdiag code` tells what they say."""
        return code_of(self.report)

    @property
    def code_line(self) -> str:
        """What a face shows of it."""
        return say(ViewTexts.CODE, code=self.code)

    @property
    def contacts(self) -> tuple[str, ...]:
        """Third parties that were contacted, and why."""
        return contact_lines(self.report)


def prepared_line(prepared: Prepared | None) -> str:
    """ "Prepared by Example Streaming (Ticket number: 4711)"; "" without a profile."""
    if prepared is None:
        return ""
    sender = one_line(prepared.sender, 100)
    if not prepared.fields:
        return say(ViewTexts.PREPARED, sender=sender)
    filled = (
        say(ViewTexts.FILLED, label=one_line(f.label, 60), value=one_line(f.value, 200))
        for f in prepared.fields[:MOST_FIELDS]
    )
    return say(ViewTexts.PREPARED_FOR, sender=sender, fields=tuple(filled))


def _said_before(before: Rejudged) -> str:
    return say(
        ViewTexts.REJUDGED,
        tool=one_line(f"{before.tool.name} {before.tool.version}", 60),
        headline=one_line(render(before.verdict.headline), 300),
        cause=one_line(before.verdict.cause, 60),
    )


def finding_view(finding: Finding, *, has_buttons: bool = False) -> FindingView:
    """A finding in the reader's words."""
    return FindingView(
        headline=one_line(render(finding.headline), 300),
        cause=one_line(finding.cause, 60),
        confidence=confidence_word(finding.confidence),
        reason=visible(render(finding.confidence_reason)),
        explanation=visible(render(finding.explanation), keep_newlines=True),
        seen=_lines(finding.evidence),
        against=_lines(finding.counter_evidence),
        rules_out=tuple(visible(render(message)) for message in finding.rules_out),
        explains=tuple(cause_name(cause) for cause in finding.explains),
        decides=visible(render(finding.decisive_test)) if finding.decisive_test is not None else "",
        readers=readers_of(finding.advice, finding.acts, has_buttons=has_buttons),
        request=tuple(visible(line) for line in request_lines(finding.request)),
    )


def _beside(readers: Iterable[ReaderView], busy: Collection[Actor]) -> tuple[ReaderView, ...]:
    """The readers of one finding, where those of `busy` have something to do for one of the report's."""
    return tuple(
        replace(reader, nothing=say(_NOTHING_HERE[reader.actor]))
        if reader.actor in busy and not reader.steps
        else reader
        for reader in readers
    )


def readers_of(
    advice: Advice, acts: Iterable[Actor] = (), *, has_buttons: bool = False
) -> tuple[ReaderView, ...]:
    """The three readers, each with their steps, in the words for a face with or without buttons."""
    steps = {
        Actor.USER: advice.user,
        Actor.ADMINISTRATOR: advice.administrator,
        Actor.OPERATOR: advice.operator,
    }
    acting = set(acts)
    return tuple(
        ReaderView(
            actor,
            say(name),
            tuple(_step(step, has_buttons) for step in steps[actor]),
            actor in acting,
            say(nothing),
        )
        for actor, (name, nothing) in READERS.items()
    )


def cause_name(cause: str) -> str:
    """A cause in a list: "port blocked"; the id in words where this program does not know it."""
    known = cause in Cause.__members__.values()
    return say(CAUSE_NAMES[Cause(cause)]) if known else one_line(cause, 60).replace("-", " ")


def listed(items: Iterable[str]) -> str:
    """ "1935, 80, and 443" in the reader's language."""
    return current_language().list(list(items))


def attempt_line(attempt: Attempt) -> str:
    """How an attempt ended, with its time once."""
    values = {"method": describe_method(attempt), "outcome": describe_outcome(attempt)}
    took_s = attempt.duration_s
    if took_s is None:
        return say(ViewTexts.ATTEMPT, **values)
    return say(ViewTexts.ATTEMPT_TIMED, **values, took=took_s)


def _step(step: Step, has_buttons: bool) -> StepView:
    target = next((v.url for v in step.message.values.values() if isinstance(v, Url)), "")
    return StepView(visible(render(step.message, has_buttons=has_buttons)), step.action, visible(target))


def _lines(lines: Iterable[EvidenceLine | Note]) -> tuple[Line, ...]:
    return tuple(Line(visible(render(line.message)), line.observation) for line in lines)


def _recommended(found: Recommendation) -> Iterable[str]:
    if found.message is not None:
        yield visible(render(found.message))
    if found.proxy is not None:
        yield visible(say(ViewTexts.USE_PROXY, proxy=found.proxy))
    if len(found.ports) > 1:
        pairs = (pair.partition(":") for pair in found.ports)
        names = tuple(one_line(" ".join((name.upper(), port)), 30) for name, _, port in pairs)
        yield say(ViewTexts.PORTS_BEST_FIRST, ports=Names(names))
    for setting in found.settings:
        yield visible(render(setting))


def shown(message: Message | None) -> str:
    """A message, visible; "" for none."""
    return visible(render(message)) if message is not None else ""

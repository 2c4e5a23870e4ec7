"""The reference in docs/: a page for each cause, experiments, systems, exit codes, the formats of reports and codes.

Written by `make reference` from the same tables that findings, faces and files are made from, and committed, so that it
can be read without the program and goes with it in packages; a test compares it with the code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_facts import ROOT
from platforms_page import platforms_page
from report_format import GENERATED, profile_format_page, report_format_page
from verdict_code_page import verdict_code_page

from fmsdiag.cli.exit_codes import ExitCode, exit_code_of
from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.diagnosis.descriptions import DESCRIPTIONS
from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.model import Cause, Experiment, Options, VerdictStatus
from fmsdiag.probe.experiments import limit_s
from fmsdiag.probe.redirects import HOP_TIMEOUT_S
from fmsdiag.probe.streams import STREAM_TIMEOUT_S
from fmsdiag.report.cause_page import CausePage, CausePageTexts, cause_page

ACCURACY = "[How often findings of each cause were right in the lab](../accuracy.md)"
FAMILIES = {
    "local": "This computer and its network",
    "dns": "Names and addresses",
    "firewall": "Firewalls and filters",
    "proxy": "Proxies",
    "tls": "Encryption and certificates",
    "path": "The network path",
    "server": "The server",
}
"""Folder of the rules → what the index calls it, from this computer to the server."""
_STATUSES = {
    VerdictStatus.CONNECTED: "The first attempt of the plan connected.",
    VerdictStatus.CONNECTED_BY_FALLBACK: "A later attempt of the plan connected.",
    VerdictStatus.CONNECTED_THROUGH_PROXY: "Only attempts through a proxy connected.",
    VerdictStatus.REJECTED: "The server was reached and rejected the connection.",
    VerdictStatus.UNREACHABLE: "No attempt of the plan connected, and at least one cause is likely or confirmed.",
    VerdictStatus.INCONCLUSIVE: "No attempt of the plan connected, and no cause is more than possible.",
    VerdictStatus.STOPPED: "The run was stopped before it was complete.",
}


_OWN_LIMITS_S = {
    Experiment.REDIRECT: HOP_TIMEOUT_S,
    Experiment.PUBLISH: STREAM_TIMEOUT_S,
    Experiment.PLAY: STREAM_TIMEOUT_S,
}
"""Of what no rule asks for, and so is not bound by the limits of questions."""


def reference_pages() -> dict[str, str]:
    """File below docs/ → its text."""
    pages = {cause: cause_page(cause_reference(cause)) for cause in Cause}
    return {
        "causes/README.md": _index(pages),
        **{f"causes/{cause}.md": _cause(page) for cause, page in pages.items()},
        "experiments.md": _experiments(),
        "exit-codes.md": _exit_codes(),
        "platforms.md": platforms_page(),
        "profile-format.md": profile_format_page(),
        "report-format.md": report_format_page(),
        "verdict-code.md": verdict_code_page(),
    }


def escaped(said: str) -> str:
    """Text as Markdown shows it."""
    return re.sub(r"([\\`*<|])", r"\\\1", said)


# ---- causes
def _index(pages: dict[Cause, CausePage]) -> str:
    lines = ["# Causes", "", GENERATED, "", "What a report can name, from this computer to the server."]
    for family, title in FAMILIES.items():
        lines += ["", f"## {title}", "", "| Cause | In short |", "|---|---|"]
        for cause in Cause:
            if DESCRIPTIONS[cause].__module__.rpartition(".")[2] == family:
                page = pages[cause]
                first = page.what_it_is.partition(". ")[0].rstrip(".")
                lines.append(f"| [{escaped(page.name)}]({cause}.md) | {escaped(first)}. |")
    lines += ["", f"## {say(CausePageTexts.CONFIDENCE)}", ""]
    lines += [f"* **{word}**: {meaning}" for word, meaning in pages[Cause.PORT_BLOCKED].confidence]
    return _text(lines)


def _cause(page: CausePage) -> str:
    lines = [f"# {page.name[0].upper()}{page.name[1:]}", "", GENERATED, "", f"`{page.cause}`"]
    lines += _section(CausePageTexts.WHAT_IT_IS, [escaped(page.what_it_is)])
    lines += _section(CausePageTexts.RECOGNIZED_BY, [escaped(page.recognized_by), "", ACCURACY])
    lines += _section(
        CausePageTexts.LOOK_ALIKES,
        [
            f"* [{escaped(each.name)}]({each.cause}.md): {escaped(each.told_apart)}"
            for each in page.look_alikes
        ],
    )
    lines += _section(CausePageTexts.CASES, [say(CausePageTexts.EXAMPLE_VALUES), *_cases(page)])
    lines += _section(CausePageTexts.WHO_DOES_WHAT, [say(CausePageTexts.NOT_EVERY_STEP), *_readers(page)])
    if page.explains:
        lines += _section(
            CausePageTexts.EXPLAINS,
            [
                say(CausePageTexts.EXPLAINS_INTRODUCTION),
                "",
                *(f"* {escaped(each)}" for each in page.explains),
            ],
        )
    lines += _section(CausePageTexts.WHEN_NOT_TO_WORRY, [escaped(page.when_not_to_worry)])
    return _text(lines)


def _cases(page: CausePage) -> Iterator[str]:
    for case in page.cases:
        yield from ("", f"**{escaped(case.headline)}** {escaped(case.explanation)}")
        if case.decides:
            yield from ("", f"{say(CausePageTexts.DECIDES)}: {escaped(case.decides)}")


def _readers(page: CausePage) -> Iterator[str]:
    for reader in page.readers:
        yield from ("", f"### {reader.name}", "")
        yield from (f"* {escaped(step.text)}" for step in reader.steps)
        if not reader.steps:
            yield reader.nothing


# ---- tables
def _experiments() -> str:
    lines = [
        "# Experiments",
        "",
        GENERATED,
        "",
        "What a run may do beside the attempts of its plan, to tell two causes apart. An experiment is made only when a rule "
        "asks for it, the user switched it on, or the deep tests include it. The ids in the first column stand in reports.",
        "",
        "| Id | Name | What it tells | At most | Contacts |",
        "|---|---|---|---|---|",
    ]
    for experiment, spec in EXPERIMENTS.items():
        whom = "a third party" if spec.is_third_party else "the server or this network"
        limit = f"{_OWN_LIMITS_S.get(experiment, limit_s(experiment, Options().idle_s)):g} s"
        lines.append(
            f"| `{experiment}` | {escaped(say(spec.name))} | {escaped(say(spec.why))} | {limit} | {whom} |"
        )
    return _text(lines)


def _exit_codes() -> str:
    lines = [
        "# Exit codes",
        "",
        GENERATED,
        "",
        "The exit codes are those of monitoring plug-ins: 0 good, 1 with a caveat, 2 bad, 3 unknown.",
        "",
        "| Code | Verdict of `fmsdiag test` | Meaning |",
        "|---|---|---|",
    ]
    for code in ExitCode:
        lines += [
            f"| {code.value} | `{status}` | {_STATUSES[status]} |"
            for status in VerdictStatus
            if exit_code_of(status) is code
        ]
    lines += [
        f"| {ExitCode.CONNECTED_BY_FALLBACK.value} | | With `--publish` or `--play`: it connected, but the stream could not "
        "be tested, or nothing was on air. |",
        f"| {ExitCode.NOT_CONNECTED.value} | | With `--publish` or `--play`: it connected, but the server refused the stream "
        "or did not answer the request for it. |",
        f"| {ExitCode.UNKNOWN.value} | | Wrong usage, a file that cannot be read or written, or an internal error. |",
        "",
        "The other commands exit with 0 when they did what they were asked, and with 3 otherwise. A verdict can be "
        "`connected` and impaired, such as by packet loss: its code is 0, and its headline says what is impaired.",
    ]
    return _text(lines)


def _section(title: Text, lines: Iterable[str]) -> list[str]:
    return ["", f"## {say(title)}", "", *lines]


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def main() -> None:
    for path, text in reference_pages().items():
        target = ROOT / "docs" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""The profile that is open in the window: it fills the form and the bar, and Run Test runs it, exactly.

Fields that the profile decides are locked: a run that differs must not carry the profile's name. Closing the profile frees
them.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from PySide6.QtCore import QObject

from fmsdiag.gui.form.form_input import AdvancedInput, FormInput, Request
from fmsdiag.gui.form.target_form import TargetForm
from fmsdiag.gui.profile.bar import ProfileBar
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.model import Options, PlannedPort, Profile, Transport
from fmsdiag.port_list import write_ports
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.proxy.settings import NO_PROXIES
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import is_link, read_link
from fmsdiag.profile.profile_file import EXTENSION, OpenedProfile, open_profile
from fmsdiag.profile.runs import ProfileRun, filled_fields, runs_of
from fmsdiag.profile.words import ProfileWords, profile_view
from fmsdiag.stream_path import application_to_type


def is_profile(source: Path | str) -> bool:
    """Whether this is opened as a profile: a link, or a file with our ending."""
    return is_link(source) if isinstance(source, str) else source.suffix.lower() == EXTENSION


def read_source(source: Path | str) -> OpenedProfile:
    """The profile in a file or a link. Raises ProfileError."""
    return read_link(source) if isinstance(source, str) else open_profile(source)


class ProfileSession(QObject):
    """One profile at a time, or none."""

    def __init__(self, bar: ProfileBar, form: TargetForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bar, self._form = bar, form
        self._profile: Profile | None = None
        self._chosen = 0
        bar.server_chosen.connect(self._choose)

    @property
    def is_open(self) -> bool:
        return self._profile is not None

    @property
    def send_to(self) -> str:
        """Where the profile wants its report; "" where it does not say, or without a profile."""
        return self._profile.send_to if self._profile is not None else ""

    def open(self, profile: Profile) -> None:
        """Show it whole; nothing is tested."""
        view = profile_view(profile, os.environ)
        self._profile = profile
        self._bar.show_profile(
            view.prepared_by,
            [(field.label, field.required) for field in profile.fields],
            profile.targets,
            profile.logo,
            profile.sender,
        )
        self._bar.show()
        self._choose(0)

    def _say_words(self, profile: Profile) -> None:
        """Of the chosen server: no other one is tested."""
        view = profile_view(profile, os.environ, self._chosen)
        self._bar.show_words(
            "\n".join(view.message),
            (say(ProfileWords.TESTS), view.brief),
            ((say(ProfileWords.IN_FULL), view.tests), (say(ProfileWords.REPORT_HOLDS), view.report)),
        )

    def close(self) -> None:
        """The form is free again, with what is in it."""
        self._profile = None
        self._bar.hide()
        self._form.set_locked(False)

    def planned(self, request: Request | None) -> Request | None:
        """What Run Test would do: the profile's run, where one is open; fields need not be filled in yet."""
        profile = self._profile
        if profile is None or request is None:
            return request
        (run, *_) = self._runs(profile, request.options, {})[self._chosen :]
        return _requested(run, request)

    def request(self, request: Request) -> Request:
        """The same with what was filled in. Raises ProfileError where something is missing or wrong."""
        profile = self._profile
        if profile is None:
            return request
        try:
            runs = self._runs(profile, request.options, self._bar.answers())
        except ProfileError:
            self._bar.focus_missing()
            raise
        return _requested(runs[self._chosen], request)

    def _runs(self, profile: Profile, chosen: Options, answers: dict[str, str]) -> tuple[ProfileRun, ...]:
        """`chosen` has what this computer's user decides: the proxy, which is no part of a profile."""
        base = Options(proxy=chosen.proxy, proxy_type=chosen.proxy_type)
        fields = filled_fields(profile, answers) if answers else ()
        return runs_of(profile, fields, os.environ, base)

    def _choose(self, number: int) -> None:
        if self._profile is None:
            return
        self._chosen = number
        self._say_words(self._profile)
        run = self._runs(self._profile, Options(), {})[number]
        self._form.set_locked(False)
        self._form.fill(fields_of_run(run, self._form.fields().advanced))
        self._form.set_locked(True)


def fields_of_run(run: ProfileRun, advanced: AdvancedInput) -> FormInput:
    """The form's fields as they show a profile's run; `advanced` is this computer's user's."""
    target, options = run.target, run.options
    ports = write_ports(options.ports or ())
    if not ports and (target.port is not None or target.transport not in (None, Transport.RTMP)):
        transport = target.transport or Transport.RTMP
        ports = write_ports((PlannedPort(transport, target.port or transport.default_port),))
    checks = options.checks
    return FormInput(
        server=as_typed(target.host),
        application=application_to_type(target.application),
        ports=ports,
        plan=options.plan,
        checks=None if checks is None else tuple(f"{c.transport.value}:{c.port}" for c in checks),
        advanced=advanced,
    )


def _requested(run: ProfileRun, request: Request) -> Request:
    """`run` as a request of the window, with this computer's proxies and the credentials for them."""
    return dataclasses.replace(
        request,
        target=run.target,
        options=run.options,
        plan=make_plan(run.target, run.options, request.proxies or NO_PROXIES),
        credentials=dataclasses.replace(request.credentials, server=None),
        assignment=run.assignment,
    )

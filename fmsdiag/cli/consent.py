"""`--publish`, `--play` and `--user`: what is done or sent only because the user explicitly asked for it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from fmsdiag.cli.console import CliError
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Target
from fmsdiag.target import login_of_url, with_stream

PASSWORD_VARIABLE = "FMSDIAG_PASSWORD"


class ConsentTexts(Table, of="cli.consent"):
    """What is missing before a stream is touched, or before fmsdiag signs in."""

    PUBLISH = text(
        "--publish is only for your own stream: it can interrupt a live stream. If the stream is yours, add "
        "--i-own-this-stream."
    )
    PLAY = text(
        "--play is only for your own stream: it counts as a viewer. If the stream is yours, add --i-own-this-stream."
    )
    TWO_USERS = text("--user: the address already has a user name; enter it only once.")
    ASK_PASSWORD_OF_ADDRESS = text("Password for the user name in the address:")
    ASK_PASSWORD = text("Password of {user:name} on the media server:")
    NO_PASSWORD_IN_ADDRESS = text(
        "There is a user name but no password. Set the variable {variable:name}, or remove the user name."
    )
    NO_PASSWORD = text("--user: there is no password; set the variable {variable:name}.")


def with_wanted_stream(target: Target, arguments: argparse.Namespace) -> Target:
    """`target` with the stream of --publish or --play; unchanged without them.

    Raises CliError when the consent is missing, TargetError when the name is wrong or there are two.
    """
    wanted = {name: text for name in ("publish", "play") if (text := getattr(arguments, name)) is not None}
    for name, stream in wanted.items():
        if not arguments.i_own_this_stream:
            raise CliError(say(ConsentTexts.PUBLISH if name == "publish" else ConsentTexts.PLAY))
        target = with_stream(target, stream)
    return target


def read_server_login(
    arguments: argparse.Namespace, environment: Mapping[str, str], ask: Callable[[str], str] | None
) -> tuple[str, str] | None:
    """Name and password for the server, from --user or the URL; None when neither names a user.

    The password is the URL's, else FMSDIAG_PASSWORD's, else what `ask` returns; `ask` is none where no person can be asked.
    Raises CliError.
    """
    in_url = login_of_url(arguments.server) if arguments.server is not None else None
    if in_url is not None and arguments.user:
        raise CliError(say(ConsentTexts.TWO_USERS))
    if in_url is None and not arguments.user:
        return None
    name, password = in_url or (arguments.user, "")
    password = password or environment.get(PASSWORD_VARIABLE, "")
    if not password and ask is not None:
        # what stands before an @ may be a key, so it is not shown
        of_address = in_url is not None
        asked = (
            say(ConsentTexts.ASK_PASSWORD_OF_ADDRESS)
            if of_address
            else say(ConsentTexts.ASK_PASSWORD, user=name)
        )
        password = ask(f"{asked} ")
    if not password:
        missing = ConsentTexts.NO_PASSWORD if in_url is None else ConsentTexts.NO_PASSWORD_IN_ADDRESS
        raise CliError(say(missing, variable=PASSWORD_VARIABLE))
    return name, password

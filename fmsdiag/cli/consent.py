"""`--publish`, `--play` and `--user`: what is done, or said, only because the user explicitly asked for it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from fmsdiag.cli.console import CliError
from fmsdiag.model import Target
from fmsdiag.target import login_of_url, with_stream

PASSWORD_VARIABLE = "FMSDIAG_PASSWORD"


def with_wanted_stream(target: Target, arguments: argparse.Namespace) -> Target:
    """`target` with the stream of --publish or --play; unchanged without them.

    Raises CliError when the consent is missing, TargetError when the name is wrong or there are two.
    """
    wanted = {name: text for name in ("publish", "play") if (text := getattr(arguments, name)) is not None}
    for name, stream in wanted.items():
        if not arguments.i_own_this_stream:
            raise CliError(
                f"--{name} is done only to a stream of your own: publishing can take a live stream off the air, and playing "
                "counts as a viewer. If the stream is yours, say so with --i-own-this-stream"
            )
        target = with_stream(target, stream)
    return target


def describe_stream_test(publish: bool, play: bool) -> list[str]:
    """What will be done to the stream, in words; no line when nothing is."""
    done = [
        words
        for wanted, words in (
            (publish, "publish to the stream for 3 s, without picture or sound"),
            (play, "play the stream"),
        )
        if wanted
    ]
    return [f"As you asked: over the first way that connects, {' and '.join(done)}."] if done else []


def read_server_login(
    arguments: argparse.Namespace, environment: Mapping[str, str], ask: Callable[[str], str] | None
) -> tuple[str, str] | None:
    """Name and password for the server, from --user or the URL; None when neither names a user.

    The password is the URL's, else FMSDIAG_PASSWORD's, else what `ask` returns; `ask` is none where nobody can be asked.
    Raises CliError.
    """
    in_url = login_of_url(arguments.server)
    if in_url is not None and arguments.user:
        raise CliError("user: the address already names a user; name it once")
    if in_url is None and not arguments.user:
        return None
    name, password = in_url or (arguments.user, "")
    password = password or environment.get(PASSWORD_VARIABLE, "")
    if not password and ask is not None:
        password = ask(f"Password of {name} on the media server: ")
    if not password:
        raise CliError(f"user: no password was given; put it into the variable {PASSWORD_VARIABLE}")
    return name, password

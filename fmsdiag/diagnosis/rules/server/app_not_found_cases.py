"""What is said of an application that a server does not know: the cases of app-not-found, whose rule is in app_not_found.py."""

from __future__ import annotations

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import step, text
from fmsdiag.model import Action, Actor


class Unknown(FindingTexts, of="app-not-found.unknown"):
    """The server says that it has no such application."""

    headline = text("The server does not recognize the application name.")
    explanation = text(
        "The server was reached and answered. It rejected the connection because it has no application "
        "“{application:name}”."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step(
            "Check that the application name “{application:name}” matches what you were given, letter by letter. "
            "Capitalization matters.",
            Action.EDIT_APPLICATION,
        ),
        step(
            "If it is right, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step(
            "Check that the application “{application:name}”, which the client asked for, exists and is running."
        ),
        Steps.SETTING,
    )


class UnknownWithMore(FindingTexts, of="app-not-found.unknown-with-more"):
    """Likewise, where parameters or a query were sent with the name: the server may know the name without them."""

    headline = text("The server does not know the application as the address writes it.")
    explanation = text(
        "The server was reached and answered. It rejected “{application:name}” followed by hidden "
        "text from the address. It may know “{application:name}” alone."
    )
    acts = Unknown.acts
    you = (
        step(
            "Check the application name “{application:name}” and the hidden text after it. Only parameters may follow a “;” "
            "or “?”, and a stream name follows a slash.",
            Action.EDIT_APPLICATION,
        ),
        Unknown.you[1],
    )
    operator = (
        step(
            "Check that the application “{application:name}” exists and is running, and that it accepts the parameters that "
            "the client sent after the name."
        ),
        Steps.SETTING,
    )


class Missing(FindingTexts, of="app-not-found.missing"):
    """The address names no application, and the server wants one."""

    headline = text("The address has no application name.")
    explanation = text(
        "The server was reached and answered. It rejected the connection because the address does not say "
        "which application to use."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Add the application name to the address. It is the part after the server name, such as “live”.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (step("Give customers the full address, including the application. This client named none."),)


class OnSome(FindingTexts, of="app-not-found.on-some"):
    """A second connection is accepted for the same name."""

    headline = text("The server finds the application on some connections only.")
    explanation = text(
        "The server rejected a connection because it has no application “{application:name}”, and accepted another one for "
        "the same application. Most likely several servers share this address, and one of them does not have it."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Connect again. Another connection may reach a server that has the application."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step("Check that every server behind this address has the application “{application:name}”."),
        step("If there is only one server, check whether the application was being started or reloaded."),
    )


class Shorter(FindingTexts, of="app-not-found.shorter"):
    """A shorter part of the path is accepted as the application."""

    headline = text("Only the first part of the path is the application.")
    explanation = text(
        "The server was reached and answered. “{accepted:name}” is accepted, “{application:name}” is not. "
        "The rest of the path belongs to the name of the stream."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Enter “{accepted:name}” as the application, and the rest of the path as the beginning of the stream name.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (
        step(
            "Give customers the application and the stream name apart, as their players and encoders want them."
        ),
    )


class Longer(FindingTexts, of="app-not-found.longer"):
    """A longer part of the path is accepted as the application."""

    headline = text("More of the path belongs to the application.")
    explanation = text(
        "The server was reached and answered. “{accepted:name}” is accepted, “{application:name}” is not."
    )
    acts = Shorter.acts
    you = (
        step(
            "Enter “{accepted:name}” as the application, and only what follows it as the stream name.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = Shorter.operator


class HangsUp(FindingTexts, of="app-not-found.hangs-up"):
    """The server closes the connection when it hears the name, without a word."""

    headline = text("The server closes the connection when it gets the application name.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks "
        "for the application “{application:name}”, as several servers do when they do not have it. A server that does "
        "not allow this computer looks the same."
    )
    acts = Unknown.acts
    you = Unknown.you
    operator = (
        Unknown.operator[0],
        step(
            "If it does, check what decides who may connect: rules for clients' addresses, and a callback such as on_connect. "
            "One that refuses or does not answer looks the same."
        ),
        Steps.SETTING,
    )
    decisive_test = text("Check the server's log for why it closed the connection.")


class HangsUpWithMore(FindingTexts, of="app-not-found.hangs-up-with-more"):
    """Likewise, where parameters or a query were sent with the name."""

    headline = HangsUp.headline
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks "
        "for the application “{application:name}” followed by hidden text from the address. "
        "Several servers do so when they do not have the application, or do not accept that text. A server that does not "
        "allow this computer looks the same."
    )
    acts = Unknown.acts
    you = UnknownWithMore.you
    operator = (UnknownWithMore.operator[0], *HangsUp.operator[1:])
    decisive_test = HangsUp.decisive_test


class HangsUpWithoutName(FindingTexts, of="app-not-found.hangs-up-without-name"):
    """Likewise, where the address names none."""

    headline = text("The server closes the connection; the address has no application name.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks to "
        "connect, most likely because the address does not say which application to use."
    )
    acts = Missing.acts
    you = Missing.you
    operator = Missing.operator
    decisive_test = text(
        "Run the test again with an application name. If it connects, only the name was missing."
    )


class LooksLikeKey(FindingTexts, of="app-not-found.looks-like-key"):
    """What was sent in place of the application looks like a stream key, so that no text may name it."""

    headline = text("The address has a stream key where the application belongs.")
    explanation = text(
        "The server was reached and answered. It rejected what the address has in place of the "
        "application, which looks like a stream key and is hidden here."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Enter the application between the server name and the stream key. It is a word such as “live”.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (
        step("Give customers the full address, including the application, and the stream key apart from it."),
    )


class HangsUpOnKey(FindingTexts, of="app-not-found.hangs-up-on-key"):
    """Likewise, where the server gives no reason."""

    headline = text("The server closes the connection; the address may lack the application.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks to "
        "connect. What the address has in place of the application looks like a stream key and is hidden here."
    )
    acts = LooksLikeKey.acts
    you = LooksLikeKey.you
    operator = LooksLikeKey.operator
    decisive_test = text(
        "Run the test again with an application name. If it connects, only the name was missing."
    )


class UnknownOnPort(FindingTexts, of="app-not-found.unknown-on-port"):
    """The port that was tried first did not open; what answers on another one may be another server."""

    headline = text("The server on port {port} does not know the application name.")
    explanation = text(
        "Port {port} of {server:host} was reached and answered. It rejected the connection because it has no application "
        "“{application:name}”. Port {first:port}, which was tried first, did not open, so whether the server there has it is "
        "not known."
    )
    acts = Unknown.acts
    you = Unknown.you
    operator = (
        step(
            "Check on which ports a server has the application “{application:name}”. The server on port {port} does not have "
            "it, and port {first:port} did not open from where this test ran."
        ),
        Steps.SETTING,
    )


class HangsUpOnPort(FindingTexts, of="app-not-found.hangs-up-on-port"):
    """Likewise, where the server closes the connection without a word."""

    headline = text("The server on port {port} closes the connection at the application name.")
    explanation = text(
        "Port {port} of {server:host} was reached and spoke RTMP. It closes the connection when the client asks for the "
        "application “{application:name}”, as several servers do when they do not have it, or do not allow this computer. "
        "Port {first:port}, which was tried first, did not open, so what the server there does is not known."
    )
    acts = Unknown.acts
    you = Unknown.you
    operator = (
        step(
            "Check on which ports a server has the application “{application:name}”. Port {first:port} did not open from where "
            "this test ran."
        ),
        HangsUp.operator[1],
        Steps.SETTING,
    )
    decisive_test = HangsUp.decisive_test

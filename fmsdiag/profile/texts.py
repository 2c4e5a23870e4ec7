"""Why a profile cannot be made or opened."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class ProfileTexts(Table, of="profile"):
    """One sentence each, without a full stop: faces put a file's name before it."""

    TOO_LARGE = text("This file is too large for a profile (over {limit:size})")
    CANNOT_OPEN = text("This file cannot be opened: {reason:name}")
    NOT_JSON = text("This is not an fmsdiag profile: it is not JSON, or not complete")
    NOT_A_PROFILE = text("This is not an fmsdiag profile: it does not name the format fmsdiag-profile")
    DAMAGED = text("This profile is damaged: {why:name}")
    # translators: {version} is a format such as fmsdiag-profile/2.0
    OTHER_FORMAT = text(
        "This profile has the format {version:name}; this fmsdiag reads {known:name}. Open it with a newer fmsdiag"
    )
    NEWER_WITH_UNKNOWN = text(
        "This profile was written for a newer fmsdiag ({version:name}; this one reads {known:name}) and contains something "
        "that this version does not know: {why:name}"
    )
    # translators: {name} is a key of the file
    UNKNOWN_KEY = text("A profile cannot contain {name:quote}")
    NEWER = text("Written for a newer fmsdiag ({version:name}); what this version does not know is not done")

    # ---- links
    LINK_TOO_LONG = text("This link is too long for a profile (over {limit:count} characters)")
    LINK_DAMAGED = text("This link is not complete, or not an fmsdiag profile")
    NOT_FOR_A_LINK = text(
        "The profile is too large for a link ({size:count} characters; at most {limit:count}). Save it as a file, or leave out "
        "the logo and the reference run"
    )

    # ---- what is in it
    NO_SENDER = text("The profile does not say who asks for the test")
    # translators: {part} is one of the names below
    PART_TOO_LONG = text("{part:name}: the text is too long; at most {most:count} characters are allowed")
    PART_INVISIBLE = text(
        "{part:name}: the text has line breaks, control characters, or invisible characters"
    )
    PART_HAS_SECRET = text(
        "{part:name}: the text seems to contain a password or a stream key; a profile must not contain one"
    )
    NO_ID = text("The profile has no valid id")
    NO_TARGET = text("The profile names no server")
    TOO_MANY_TARGETS = text("The profile names {given:count} addresses; at most {most:count} are allowed")
    # translators: {problem} is a sentence without its full stop
    BAD_TARGET = text("Server: {problem:name}")
    TARGET_HAS_SECRET = text(
        "The address of {host} has a user name, a stream key, or a query string; a profile must not contain one"
    )
    BAD_PLAN = text("There is no plan {name:quote}; the plans are {known:names}")
    BAD_PORT = text("{number:name} is not a port; a port is a number from 1 to 65535")
    TOO_MANY_PORTS = text(
        "The profile asks for {given:count} ports and checks; at most {most:count} are allowed"
    )
    BAD_CONTROL = text("Reference server: {problem:name}")
    TOO_MANY_FIELDS = text("The profile has {given:count} fields; at most {most:count} are allowed")
    SAME_FIELD = text("Two fields have the same label: {label:quote}")
    NO_LABEL = text("A field has no label")
    BAD_SEND_TO = text(
        "The place for the report is neither an email address nor a web page such as https://help.example.com"
    )
    BAD_REFERENCE = text("A reference run is not valid")
    REFERENCE_OF_OTHER = text(
        "The reference run was made with {host}, which is not one of the profile's servers"
    )
    TWO_REFERENCES = text("Two reference runs were made with {host}; keep one")
    LOGO_TOO_LARGE = text("The logo is too large; at most {most:size} are allowed")
    LOGO_TOO_WIDE = text(
        "The logo has {width:count} x {height:count} pixels; at most {most:count} x {most:count} are allowed"
    )
    LOGO_NOT_PNG = text("The logo is not a complete PNG picture")

    # ---- what the customer fills in
    FIELD_MISSING = text("Required: {label:name}")
    FIELD_UNKNOWN = text("The profile has no field {label:quote}; its fields are {known:names}")
    NO_FIELDS = text("The profile has no fields to fill in")


class PartNames(Table, of="profile-parts"):
    """What the parts with texts are called in front of what is wrong with them."""

    SENDER = text("Sender")
    MESSAGE = text("Message")
    LABEL = text("Field label")
    ANSWER = text("Field {label:name}")
    SEND_TO = text("Place for the report")

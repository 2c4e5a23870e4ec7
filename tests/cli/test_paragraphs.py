from fmsdiag.cli.paragraphs import print_as_it_is, print_heading, print_list, print_paragraph, print_steps
from tests.cli.replays import console_on_paper


def test_steps_are_numbered_and_hang() -> None:
    console, paper = console_on_paper(30)
    print_steps("You", ["Send the request to the person who runs it.", "Wait."], console)
    assert paper.getvalue() == (
        "  You\n    1. Send the request to the\n       person who runs it.\n    2. Wait.\n"
    )


def test_nothing_is_printed_of_nothing() -> None:
    console, paper = console_on_paper()
    print_steps("You", [], console)
    print_list("Notes", [], console)
    print_paragraph("", console)
    assert paper.getvalue() == ""


def test_lists_where_the_encoding_has_no_bullet() -> None:
    console, paper = console_on_paper(40, encoding="ascii")
    print_list("Notes", ["One.", "Two."], console)
    assert paper.getvalue() == "\nNotes\n  - One.\n  - Two.\n"


def test_headings_and_paragraphs_stand_apart_and_have_no_spaces_at_their_ends() -> None:
    console, paper = console_on_paper(20)
    print_heading("Notes", console)
    print_paragraph("One two three four five six.", console)
    assert paper.getvalue() == "\nNotes\n\nOne two three four\nfive six.\n"


def test_what_is_copied_is_not_wrapped_and_not_obeyed() -> None:
    console, paper = console_on_paper(20)
    print_as_it_is(["a line that is longer than the terminal", "", "\x1b[2J"], console)
    assert paper.getvalue() == "a line that is longer than the terminal\n\n\\x1b[2J\n"

from fmsdiag.cli.help_texts import CommandTexts
from fmsdiag.cli.main import COMMANDS


def test_each_command_says_the_same_in_the_list_and_in_its_own_help() -> None:
    for command in COMMANDS:
        summary = getattr(CommandTexts, command.upper()).english
        title = getattr(CommandTexts, f"{command.upper()}_TITLE").english
        assert title == f"{summary[0].upper()}{summary[1:]}."

"""Whole numbers and words of a command line: what is refused is told what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from commands import run
from shellcount.cli.main import main
from shellcount.cli.numbers import WHOLE, Whole, Word

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(("text", "number"), [("512", 512), ("1_024", 1024), ("-1", -1), (7, 7)])
def test_a_whole_number_is_read(text: str | int, number: int) -> None:
    assert WHOLE.convert(text, None, None) == number


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("4k", "; write 4000"),
        ("1,024", ""),  # or one and a bit
        ("1.234.567", "; write 1234567"),
        ("2 048", "; write 2048"),
        ("1 million", "; write 1000000"),
        ("4.5", ""),
        ("many", ""),
    ],
)
def test_what_is_none_is_refused_with_a_hint(text: str, hint: str) -> None:
    result = run("estimate", "--engine", "smc", "--particles", text)
    assert result.exit_code == 2
    assert f"Invalid value for '--particles': {text!r} is not a whole number{hint}\n" in result.stderr


def parameters() -> Iterator[tuple[str, click.Parameter]]:
    """All options and arguments of all commands that are no flags, with their command."""
    context = click.Context(main, info_name="shellcount")
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            if not (isinstance(parameter, click.Option) and parameter.is_flag):
                yield name, parameter


def wrong_values(kind: object) -> Iterator[tuple[str, str]]:
    """Values that a type refuses, each with how it is told."""
    if isinstance(kind, Word):
        yield "zzz", f"'zzz' is unknown; known are {', '.join(kind.choices)}"
        yield f"{kind.choices[0]}x", f"'{kind.choices[0]}x' is unknown; did you mean {kind.choices[0]}"
        yield "\x1b[31m" * 40, "is unknown; known are "
    elif isinstance(kind, Whole):
        yield "zzz", "'zzz' is not a whole number"
        yield "1e400", "'1e400' is not a whole number"
        if kind.least is not None:
            yield f"{kind.least - 1}", f"{kind.least - 1} is less than {kind.least}"
        if kind.most is not None:
            yield f"{kind.most + 1}", f"{kind.most + 1} is more than {kind.most}"


def test_values_are_read_by_types_of_this_program_or_as_texts() -> None:
    kinds = {type(parameter.type) for _, parameter in parameters()}
    assert kinds == {Whole, Word, type(click.STRING)}


@pytest.mark.parametrize(
    ("command", "parameter"),
    [
        pytest.param(command, parameter, id=f"{command} {parameter.opts[-1]}")
        for command, parameter in parameters()
        if parameter.type is not click.STRING
    ],
)
def test_every_wrong_value_is_refused_in_the_words_of_this_program(
    command: str, parameter: click.Parameter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for value, said in wrong_values(parameter.type):
        is_option = isinstance(parameter, click.Option)
        result = run(command, *([f"{parameter.opts[-1]}={value}"] if is_option else [value]))
        assert (result.exit_code, result.stdout) == (2, "")
        *usage, message = result.stderr.splitlines()
        assert message.startswith("Error: Invalid value for ")
        assert said in message
        assert message.isprintable()
        assert len(message) < 250
        assert all(len(line) <= 80 for line in usage)


@pytest.mark.parametrize(
    "words", [("estimate", "--at"), ("report", "--at"), ("check", "--set", "claim.ua-gur-2024.as_of=")]
)
def test_a_date_in_another_form_is_refused_with_a_hint(words: tuple[str, ...]) -> None:
    *first, last = words
    said = [*first, f"{last}14 June 2024"] if last.endswith("=") else [*words, "14 June 2024"]
    result = run(*said)
    assert result.exit_code == 2
    assert "'14 June 2024' is not a date such as 2024-06-14; write 2024-06-14" in result.stderr


def test_a_number_in_another_form_is_refused_with_a_hint() -> None:
    assert "; write claim.ua-gur-2024=1234567" in run("check", "--set", "claim.ua-gur-2024=1.234.567").stderr
    assert "; write 0.5:0.9" in run("check", "--set", "load=0,5:0,9").stderr
    statements = [f"rounds.mixed@2024-06-14 >= {amount}" for amount in ("1.500.000", "1500000")]
    as_typed, plain = (run("cite", statement).stdout for statement in statements)  # which has one meaning
    assert as_typed == plain != ""

"""Start a case and set up the shell: new and completion."""

from __future__ import annotations

import shlex

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from shellcount.cli import completing, options
from shellcount.cli.numbers import Word
from shellcount.cli.output import examples, write_json, write_text
from shellcount.errors import UsageError

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}

# Names hold characters at which bash would otherwise end a word.
_WHOLE_WORDS = "\nCOMP_WORDBREAKS=${COMP_WORDBREAKS//[:=@]/}\n"


@click.command(
    cls=options.Command,
    epilog=examples(
        "shellcount new relief-lorries",
        "shellcount new my-grain --from black-sea-grain-2022",
        "shellcount new --ledger ledger.xlsx",
        "shellcount new relief-lorries -o relief.toml",
    ),
)
@click.argument("name", required=False)
@click.option(
    "--from",
    "like",
    metavar="CASE",
    shell_complete=completing.shipped_cases,
    help="Shipped case to copy. [default: a blank case]",
)
@click.option(
    "-o", "--output", metavar="FILE", help="File to write, - for standard output. [default: NAME.toml]"
)
@click.option(
    "--ledger",
    metavar="FILE",
    help="Write a spreadsheet for claims instead, with one example of each form: CSV, or a workbook where "
    "FILE ends in .xlsx, with a tab that explains the columns.",
)
@options.as_json
def new(name: str | None, like: str | None, output: str | None, ledger: str | None, *, as_json: bool) -> None:
    """Write a commented case file to start from, or a spreadsheet for claims.

    NAME is the id of the new case: lower-case letters and digits, with hyphens between them. The file can
    be run as it is; what you should replace is marked TODO. An existing file is not overwritten.
    """
    from shellcount.case.blank import start_case, starting_text

    if ledger is not None:
        if (name, like, output) != (None, None, None):
            raise UsageError("--ledger takes neither NAME nor --from nor -o: it names the file itself")
        _start_ledger(ledger, as_json=as_json)
        return
    if name is None:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param_hint="'NAME'", param=context.command.params[0])
    if output == "-":
        if as_json:
            raise UsageError("--json and -o - exclude each other: both would write to standard output")
        write_text(starting_text(name, like=like).rstrip("\n"))
        return
    written = start_case(name, output, like=like)
    if as_json:
        write_json({"case": name, "file": str(written)})
        return
    what = "a blank case to fill in" if like is None else f"a copy of {like}"
    write_text(f"wrote {written}, {what}; try: {shlex.join(['shellcount', 'validate', str(written)])}")


def _start_ledger(file: str, *, as_json: bool) -> None:
    """Write a spreadsheet for claims."""
    from shellcount.case.ledger.template import start_ledger

    written = str(start_ledger(file))
    if as_json:
        write_json({"file": written})
        return
    again = shlex.join(["shellcount", "import", written, "--into", "CASE"])
    write_text(f"wrote {written}, one example of each form of claim; replace them, then: {again}")


@click.command(
    cls=options.Command,
    short_help="Generate shell completion.",
    epilog=examples(
        "shellcount completion bash > shellcount.bash",
        "shellcount completion fish > shellcount.fish",
        "",
        "To enable it in every new shell:",
        '  eval "$(shellcount completion bash)"         in ~/.bashrc',
        '  eval "$(shellcount completion zsh)"          in ~/.zshrc',
        "  source (shellcount completion fish | psub)   in ~/.config/fish/config.fish",
    ),
)
@click.argument("shell", type=Word(list(_SHELLS)))
def completion(shell: str) -> None:
    """Generate shell completion: a script that completes commands, options and names.

    Names are those of the case on the command line: its claims, scenarios, dates, estimates and
    assumptions.
    """
    main = click.get_current_context().find_root().command
    script = _SHELLS[shell](main, {}, "shellcount", "_SHELLCOUNT_COMPLETE").source()
    write_text(f"{script}{_WHOLE_WORDS}" if shell == "bash" else script)

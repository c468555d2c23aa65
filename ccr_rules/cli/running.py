"""What happens to errors: one readable message on stderr, and the exit code that the error carries."""

import errno
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from ccr_rules.cli.output import note
from ccr_rules.errors import CcrError

OUTPUT_CLOSED = 141
"""The reader of a pipe went away: what a shell calls SIGPIPE, on every system."""

FAULT = 70
"""A fault of the program itself."""


class CommandLine(TyperGroup):
    """The root command: nothing that goes wrong below it becomes a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command and turn what is raised into a message and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except CcrError as error:
            note(f"ccr: {error.message}")
            raise typer.Exit(error.exit_code) from None
        except Exception as fault:
            if _is_closed_output(fault):
                _let_go_of_stdout()
                raise typer.Exit(OUTPUT_CLOSED) from None
            if isinstance(fault, typer.Abort) or hasattr(fault, "exit_code"):
                raise  # typer's own errors know their exit code
            _say_fault(fault)
            raise typer.Exit(FAULT) from None
        return result


def _is_closed_output(fault: Exception) -> bool:
    """Say whether the reader of a pipe went away, which Windows calls an invalid argument."""
    return isinstance(fault, OSError) and fault.errno in (errno.EPIPE, errno.EINVAL)


def _say_fault(fault: Exception) -> None:
    """Say where the program failed, but not the exception's message: it may hold what a record says."""
    if os.environ.get("CCR_TRACEBACK"):
        traceback.print_exception(fault)
        return
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    place = "/".join(Path(frame.filename).parts[-3:])
    note(
        f"ccr: a fault in ccr-rules itself: {type(fault).__name__} at {place}:{frame.lineno}\nNothing that "
        f"was printed before is affected. Please report it with this line and `ccr "
        f"--version`.\nCCR_TRACEBACK=1 shows the whole trace, which may hold patient data: do not send that."
    )


def _let_go_of_stdout() -> None:
    """Point stdout nowhere, so that Python does not complain about it once more at exit."""
    with suppress(OSError, ValueError):  # not every stdout is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

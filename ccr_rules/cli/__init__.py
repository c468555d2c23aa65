"""The command line: one module per noun.

Results go to stdout, everything else to stderr. The exit codes are those of `ccr_rules.errors`.
"""


def main() -> None:
    """Run `ccr` with the arguments of the process."""
    from ccr_rules.cli.app import app
    from ccr_rules.cli.output import prepare_streams

    prepare_streams()
    app(prog_name="ccr")

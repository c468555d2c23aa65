"""`python -m ccr_rules.cli` is `ccr`."""

from ccr_rules.cli import main

main()

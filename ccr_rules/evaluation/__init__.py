"""What a record means: a ruleset compiled to closures, its answers, and why."""

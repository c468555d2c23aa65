"""What a ruleset must not say, each kind of it in a module of its own."""

"""From the tree of a ruleset's YAML to its typed definitions, section by section."""

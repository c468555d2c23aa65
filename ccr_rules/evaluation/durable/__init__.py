"""The second evaluator: a ruleset as durable-rules and a record as flat facts (SEMANTICS 26).

Everything here is pure. It says what durable-rules is to be asked and reads what it answered; the
process in which durable-rules runs is `ccr_rules.hosting.durable`.
"""

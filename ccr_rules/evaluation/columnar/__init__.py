"""The evaluator for populations: a ruleset becomes Ibis expressions over tables of patients and entries."""

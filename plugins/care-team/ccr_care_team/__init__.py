"""Which prompt is shown to whom in the practice team, and an alarm when one falls silent."""

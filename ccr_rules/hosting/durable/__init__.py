"""durable-rules in a process of its own: it may crash or hang, and then it is unavailable."""

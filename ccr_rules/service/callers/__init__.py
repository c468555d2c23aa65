"""Who may call: API keys, signed tokens, certificates behind a proxy."""

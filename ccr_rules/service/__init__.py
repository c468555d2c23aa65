"""The engine over HTTP: plain JSON, and whatever routes are added to it."""

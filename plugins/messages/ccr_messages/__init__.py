"""Invitations to cancer care reviews: letters, text messages, questionnaire requests, covers. README.md."""

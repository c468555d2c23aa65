"""CDS Hooks 2.0.1: what a service offers, what it is asked, and the cards that it answers with."""

"""What a practice, a network or a board is told of the answers about its people: counts, lists, a page."""

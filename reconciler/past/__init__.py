"""What git remembers of the project: how it was, and what it declared and does no more."""

"""What is special about each kind, and only that: one file and one schema a kind. Pure."""

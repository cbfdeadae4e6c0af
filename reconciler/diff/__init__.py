"""Two states become Changes: field rules applied, deepdiff wrapped here and nowhere else. Pure."""

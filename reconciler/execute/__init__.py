"""A Plan is carried out through a Provider; waiting is apart from acting."""

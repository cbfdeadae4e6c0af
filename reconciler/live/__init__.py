"""A snapshot of the account, taken through a Provider."""

"""Ratios measured side by side in one run: what a user waits for beside its floor."""

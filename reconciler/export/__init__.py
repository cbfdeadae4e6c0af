"""The way back: live resources to manifests that plan to no changes."""

"""Manifests become a DesiredState: ids, references as edges, duplicates and cycles. Pure."""

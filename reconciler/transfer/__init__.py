"""The byte edge: hashing, uploads and downloads over signed URLs."""

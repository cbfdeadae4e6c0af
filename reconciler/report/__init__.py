"""Values become text, JSON and progress lines. Pure."""

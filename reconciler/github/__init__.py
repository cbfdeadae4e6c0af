"""What the composite action does besides running the command: comments, summaries, issues."""

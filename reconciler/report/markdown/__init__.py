"""A plan and its outcomes as GitHub-flavoured Markdown, for comments and step summaries."""

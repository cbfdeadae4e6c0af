"""What the git checkout around a project says."""

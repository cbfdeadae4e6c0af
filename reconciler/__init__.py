"""Your Fireworks AI account as code."""

"""Files become Manifests: strict YAML, a position for every node, schema problems, file sets."""

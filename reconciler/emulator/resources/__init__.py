"""One file a collection: its fields, ids, states and what happens on create and delete."""

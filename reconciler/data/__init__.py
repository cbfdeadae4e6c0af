"""What is in the rows of a dataset, looked at before they cost money."""

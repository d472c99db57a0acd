"""H5P question types."""

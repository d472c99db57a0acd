"""The interactions of composite items, one file each."""

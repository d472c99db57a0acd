"""What `make scale` needs from inside the service, and tests of its arithmetic."""

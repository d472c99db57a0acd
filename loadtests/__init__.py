"""Plays candidates from outside, over HTTP only; imports nothing of the service."""

"""Moodle XML and cloze text; read and written."""

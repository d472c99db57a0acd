"""`exam-engine doctor`: looks at the machine, the database, certificates, keys and backups, and says what to change."""

"""What keeps an installation alive: backups and their replay, the log that flows beside them, the doctor."""

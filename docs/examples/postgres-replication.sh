#!/bin/sh
# For compose.yaml: the official image of PostgreSQL runs it once, when it founds its database. Backups and the received
# log are replication connections, for which its pg_hba.conf has no line but for the container itself.
# An older volume: do it by hand, then `select pg_reload_conf()`.
echo "host replication $POSTGRES_USER samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"

"""Configuration files of the embedded PostgreSQL, written afresh at every start."""

from pathlib import Path

# For a machine of 2 to 8 GB that serves one school. Durability is PostgreSQL's default and stays so.
TUNING = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Short statements only: compiling or spreading them costs more than it saves on two cores.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # What is read lies in memory; three standing I/O workers would only take some of it.
    "io_method": "sync",
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "lc_messages": "C",
    "log_checkpoints": "off",
    # A backup place that is away keeps no more than this of the log: the room belongs to the answers of today.
    "max_slot_wal_keep_size": "8GB",
}
# Commits still reach the operating system before they are acknowledged, so that killing PostgreSQL loses nothing.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def configuration(socket_dir: Path, port: int, *, durable: bool) -> str:
    values = {
        "listen_addresses": "",
        "port": str(port),
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        **TUNING,
        **({} if durable else NOT_DURABLE),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    return (
        "\n".join(["# Written at every start. Settings of your own belong in local.conf beside this file.", *lines])
        + "\ninclude_if_exists = 'local.conf'\n"
    )


def host_based_access() -> str:
    """Nobody gets in without the password, whoever they are on this machine."""
    return "local all all scram-sha-256\nlocal replication all scram-sha-256\n"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

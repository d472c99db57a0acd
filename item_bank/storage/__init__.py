"""Storage of items: the one MetaData of the whole product, item tables and their queries."""

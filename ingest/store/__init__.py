"""Where everything is written down: DuckDB for the one writer, Parquet by generation for everyone else."""

from ingest.store.database import Store

__all__ = ["Store"]

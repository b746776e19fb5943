//! Finds Alembic environments and reads their revision files without executing them.

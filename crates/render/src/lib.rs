//! The plan as exact file bytes.

//! Writes exactly the planned files, adds and commits exactly those.

"""What the Python package of onehead brings beside its programs: a plugin of pytest."""

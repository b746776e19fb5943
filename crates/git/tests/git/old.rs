//! The same tests once more with gits that know less.

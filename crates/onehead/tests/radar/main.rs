//! `onehead radar`: which branches will collide.

mod cases;
mod hook;
mod processes;

//! `onehead radar`: which branches will collide.

mod cases;
mod hook;
mod processes;

use std::process::ExitCode;

use onehead_fixtures::Tests;

fn main() -> ExitCode {
    let tests = Tests::default().test(
        "as_many_for_fifty_branches_as_for_five",
        processes::as_many_for_fifty_branches_as_for_five,
    );
    hook::add_to(cases::add_to(tests)).run()
}

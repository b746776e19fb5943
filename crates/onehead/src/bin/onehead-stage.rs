//! `onehead-stage`: rendered files on stdin, written, added and reported on stdout.

fn main() -> onehead_model::Exit {
    onehead::program::parse::<onehead_stage::program::Cli>().run()
}

//! `onehead-scan`: the scan as JSON on stdout.

fn main() -> onehead_model::Exit {
    onehead::program::parse::<onehead_scan::program::Cli>().run()
}

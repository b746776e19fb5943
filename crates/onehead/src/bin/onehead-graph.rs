//! `onehead-graph`: a scan on stdin, its graph on stdout.

fn main() -> onehead_model::Exit {
    onehead::program::parse::<onehead_graph::program::Cli>().run()
}

//! `onehead-render`: a graph on stdin, the files that mend it on stdout.

fn main() -> onehead_model::Exit {
    onehead::program::parse::<onehead_render::program::Cli>().run()
}

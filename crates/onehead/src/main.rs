//! `onehead`: keeps every Alembic environment of a repository at one head.

fn main() -> onehead_model::Exit {
    onehead::program::parse::<onehead::cli::Cli>(std::env::args_os()).run()
}

//! What the binaries of the stages share: a document comes on stdin, a document goes to stdout.

use std::error::Error;
use std::io::{self, Read, Write};

use crate::escape::for_log;
use crate::{Document, Exit};

/// Runs a stage between stdin and stdout. Findings are inside its document and leave the exit code
/// at 0; if the stage fails, stdout stays empty, the reason and what to do about it are on stderr, and the exit code is 2.
pub fn run_stage<I: Document, O: Document, E: Error>(
    stage: impl FnOnce(I) -> Result<O, E>,
    hint: impl FnOnce(&E) -> Option<String>,
) -> Exit {
    match read_document::<I>() {
        Ok(input) => answer(stage(input).map(|output| output.to_json()), hint),
        Err(error) => could_not_run(error.as_ref()),
    }
}

/// Reads the document on stdin.
///
/// # Errors
/// stdin cannot be read, or holds something else.
pub fn read_document<I: Document>() -> Result<I, Box<dyn Error>> {
    Ok(I::from_json(&read_text()?)?)
}

/// Reads all of stdin.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub fn read_text() -> Result<String, String> {
    let mut text = String::new();
    match io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("cannot read stdin: {error}")),
    }
}

/// Writes a stage's answer, or says why there is none and what to do about it.
pub fn answer<E: Error>(
    result: Result<String, E>,
    hint: impl FnOnce(&E) -> Option<String>,
) -> Exit {
    match result {
        Ok(text) => print(&text, Exit::Clean),
        Err(error) => {
            say(&reason(&error, hint(&error).as_deref()));
            Exit::CouldNotRun
        }
    }
}

/// Writes text to stdout and ends with `exit`. A reader that has gone away is no failure: what it
/// wanted, it has.
#[must_use]
pub fn print(text: &str, exit: Exit) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => could_not_run(&error),
    }
}

/// Says on stderr why there is no answer.
#[must_use]
pub fn could_not_run(error: &dyn Error) -> Exit {
    say(&reason(error, None));
    Exit::CouldNotRun
}

/// What is said of an error, not yet escaped: its words, every cause, and on a line of its own what to do about it.
#[must_use]
pub fn reason(error: &dyn Error, hint: Option<&str>) -> String {
    let text = with_causes(error.to_string(), error);
    match hint {
        Some(hint) => format!("error: {text}\nhint: {hint}"),
        None => format!("error: {text}"),
    }
}

/// The words of an error, followed by its causes.
#[must_use]
pub fn with_causes(mut text: String, error: &dyn Error) -> String {
    let mut cause = error.source();
    while let Some(error) = cause {
        // An error may already have quoted its cause.
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = error.source();
    }
    text
}

/// A line (or more) of the conversation: to stderr, made safe for a terminal and for the log of a CI service.
pub fn say(text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        // Nobody is left to tell if stderr is gone.
        let _ = writeln!(err, "{}", for_log(line));
    }
}

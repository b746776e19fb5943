//! The page into a file, wholly or not at all.

use std::path::Path;

use onehead_git::write_file;
use onehead_model::HistoryReport;
use onehead_report::history::page;
use onehead_stage::Interrupt;

/// Writes the page of a history to a file, which is replaced if it is there. A reader of the file sees what was
/// there or the whole page, also after Ctrl-C, and nothing else is left beside it.
///
/// # Errors
/// Why it cannot be written, with the file: it is a folder, its folder is not there, the disk is full, or somebody
/// wants this to end.
pub fn write(file: &Path, report: &HistoryReport) -> Result<(), String> {
    let page = page(report);
    let interrupt = Interrupt::watch();
    write_file(file, page.as_bytes(), || interrupt.check())
        .map_err(|why| format!("cannot write {}: {why}", file.display()))
}

//! What people are told to type next.

use onehead_model::NextCommand;
use onehead_scan::ScanArgs;

/// The command that was typed, with the place where it looks.
pub(crate) fn typed(command: String, scan: &ScanArgs) -> NextCommand {
    let mut next = NextCommand::new(command).path("--repo", scan.repo.as_deref());
    for config in &scan.configs {
        next = next.path("-c", Some(config));
    }
    if let Some(section) = &scan.section {
        next = next.option("-n", section);
    }
    next.path("--script-location", scan.script_location.as_deref())
}

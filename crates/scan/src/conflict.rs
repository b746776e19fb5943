//! Revision files in conflict: what their sides declare alike.

use onehead_python::revision::{Reading, RevisionFacts, agreed, in_conflict, read};

use crate::ScanError;
use crate::files::Files;
use crate::listing::{Content, File};

/// What the sides of each file declare alike. Where the index has both, they are read, else the markers that git has
/// left in the file; a file of the working tree without any has been resolved, and counts as it is.
pub(crate) fn agreements(
    files: &Files,
    conflicts: &[&File],
) -> Result<Vec<Option<Box<RevisionFacts>>>, ScanError> {
    let bytes = |list: &[&File]| files.map(list, |_, bytes| bytes.ok().map(<[u8]>::to_vec));
    let theirs: Vec<File> = conflicts.iter().copied().map(other_side).collect();
    let ours = bytes(conflicts)?;
    let theirs = bytes(&theirs.iter().collect::<Vec<_>>())?;
    let one = |file: &File, ours: Option<Vec<u8>>, theirs: Option<Vec<u8>>| {
        let (ours, theirs) = (ours?, theirs?);
        let facts = match (&file.content, &file.theirs) {
            (Content::Object(_), Some(_)) => agreed(&ours, &theirs),
            (Content::Disk, _) => in_conflict(&ours).or_else(|| as_it_is(&ours)),
            _ => in_conflict(&ours),
        };
        facts.map(Box::new)
    };
    Ok(std::iter::zip(std::iter::zip(conflicts, ours), theirs)
        .map(|((file, ours), theirs)| one(file, ours, theirs))
        .collect())
}

/// The version of the other side; the file itself where the index is not what is read, or has only one.
fn other_side(file: &File) -> File {
    let content = match (&file.content, &file.theirs) {
        (Content::Object(_), Some(theirs)) => Content::Object(theirs.clone()),
        (content, _) => content.clone(),
    };
    File {
        content,
        ..file.clone()
    }
}

fn as_it_is(bytes: &[u8]) -> Option<RevisionFacts> {
    match read(bytes) {
        Reading::Module(facts) => Some(*facts),
        Reading::Broken { .. } => None,
    }
}

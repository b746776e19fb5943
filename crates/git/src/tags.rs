//! Which tag a commit came with.

use crate::{Connection, GitError, Oid, RefName};

impl Connection {
    /// For each of these commits a tag that has it, the one that git finds the nearest. One git process.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn tags_with(&self, commits: &[Oid]) -> Result<Vec<Option<RefName>>, GitError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let mut args = vec!["name-rev", "--tags", "--name-only"];
        args.extend(commits.iter().map(Oid::as_str));
        let output = self.git.run(&args, b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let mut lines = text.lines();
        let tags = commits.iter().map(|_| lines.next().and_then(tag));
        Ok(tags.collect())
    }
}

/// The tag of `v1.0~3^2`; none of `undefined`.
fn tag(name: &str) -> Option<RefName> {
    let tag = name.split(['~', '^']).next()?;
    let tag = tag.strip_prefix("tags/").unwrap_or(tag);
    RefName::new(&format!("refs/tags/{tag}")).filter(|_| tag != "undefined")
}

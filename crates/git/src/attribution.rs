use std::collections::HashMap;

use crate::{GitError, Repository};

/// The commit that added a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOrigin {
    /// Its object id.
    pub commit: String,
    /// The author's name, as `.mailmap` has it.
    pub author: String,
    /// The author's address, as `.mailmap` has it.
    pub email: String,
    /// The author's date: ISO 8601 with offset.
    pub date: String,
    /// The commit's subject.
    pub subject: String,
}

impl Repository {
    /// For each path, the last commit before HEAD that added it; paths that no commit added are left
    /// out. One git process. No HEAD, no origins.
    ///
    /// # Errors
    /// git failed.
    pub fn origins(&self, paths: &[String]) -> Result<HashMap<String, FileOrigin>, GitError> {
        if paths.is_empty() || self.resolve("HEAD")?.is_none() {
            return Ok(HashMap::new());
        }
        // `\x01` opens a commit: no path and no field can hold it, since git refuses control
        // characters in names and a subject is one line of text, in which it is replaced below.
        let mut args = vec![
            "log".to_owned(),
            "--use-mailmap".into(),
            "--diff-filter=A".into(),
            "--no-renames".into(),
            "--diff-merges=first-parent".into(),
            "--name-only".into(),
            "-z".into(),
            "--format=format:%x01%H%x02%aN%x02%aE%x02%aI%x02%s%x00".into(),
            "HEAD".into(),
            "--".into(),
        ];
        args.extend(paths.iter().cloned());
        let output = self.git.run(&args, b"")?;
        Ok(parse_log(&output))
    }
}

fn parse_log(output: &[u8]) -> HashMap<String, FileOrigin> {
    let mut origins = HashMap::new();
    let mut current: Option<FileOrigin> = None;
    for record in output.split(|&byte| byte == 0) {
        let text = String::from_utf8_lossy(record);
        let text = text.trim_start_matches('\n');
        if let Some(header) = text.strip_prefix('\x01') {
            let mut fields = header.splitn(5, '\x02').map(str::to_owned);
            let mut next = || fields.next().unwrap_or_default();
            current = Some(FileOrigin {
                commit: next(),
                author: next(),
                email: next(),
                date: next(),
                subject: next(),
            });
        } else if let (false, Some(origin)) = (text.is_empty(), &current) {
            // The log runs from new to old: the first one seen is the last that added the file.
            origins
                .entry(text.to_owned())
                .or_insert_with(|| origin.clone());
        }
    }
    origins
}

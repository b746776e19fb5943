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
    /// The subject of the merge commit that brought it to the first parent's side, if one did.
    pub merge_subject: Option<String>,
}

impl Repository {
    /// For each path, the last commit reachable from `tips` that added it, and the merge that brought it
    /// in; paths that no commit added are left out. One git process, and none without tips.
    ///
    /// # Errors
    /// git failed.
    pub fn origins(
        &self,
        tips: &[String],
        paths: &[String],
    ) -> Result<HashMap<String, FileOrigin>, GitError> {
        if paths.is_empty() || tips.is_empty() {
            return Ok(HashMap::new());
        }
        // `\x01` opens a commit and `\x02` parts its fields: git refuses control characters in names,
        // and a subject that holds one only shortens itself.
        let mut args = vec![
            "log".to_owned(),
            "--use-mailmap".into(),
            "--diff-filter=A".into(),
            "--no-renames".into(),
            "--diff-merges=first-parent".into(),
            "--name-only".into(),
            "-z".into(),
            "--format=format:%x01%H%x02%P%x02%aN%x02%aE%x02%aI%x02%s%x00".into(),
        ];
        args.extend(tips.iter().cloned());
        args.push("--".into());
        args.extend(paths.iter().cloned());
        let output = self.git.run(&args, b"")?;
        Ok(parse_log(&output))
    }
}

fn parse_log(output: &[u8]) -> HashMap<String, FileOrigin> {
    let mut origins: HashMap<String, FileOrigin> = HashMap::new();
    let mut merges: HashMap<String, String> = HashMap::new();
    let mut current: Option<(FileOrigin, bool)> = None;
    for record in output.split(|&byte| byte == 0) {
        let text = String::from_utf8_lossy(record);
        let text = text.trim_start_matches('\n');
        if let Some(header) = text.strip_prefix('\x01') {
            current = Some(parse_header(header));
        } else if let (false, Some((origin, is_merge))) = (text.is_empty(), &current) {
            // The log runs from new to old. A merge names a file that one of its sides added before,
            // so the side's commit replaces it; otherwise the first one seen is the last that added it.
            if *is_merge && !origins.contains_key(text) {
                merges.insert(text.to_owned(), origin.subject.clone());
                origins.insert(text.to_owned(), origin.clone());
            } else if !*is_merge {
                match (origins.get_mut(text), merges.get(text)) {
                    (Some(known), Some(subject)) if known.merge_subject.is_none() => {
                        *known = FileOrigin {
                            merge_subject: Some(subject.clone()),
                            ..origin.clone()
                        };
                    }
                    (Some(_), _) => {}
                    (None, _) => {
                        origins.insert(text.to_owned(), origin.clone());
                    }
                }
            }
        }
    }
    origins
}

fn parse_header(header: &str) -> (FileOrigin, bool) {
    let mut fields = header.splitn(6, '\x02').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let commit = next();
    let is_merge = next().contains(' ');
    let origin = FileOrigin {
        commit,
        author: next(),
        email: next(),
        date: next(),
        subject: next(),
        merge_subject: None,
    };
    (origin, is_merge)
}

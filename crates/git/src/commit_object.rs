//! Commit objects: what git records of a commit.

use crate::Oid;

/// What a commit object says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommitObject {
    pub(crate) tree: Oid,
    /// Its parents, in order, though a shallow clone may have none of them.
    pub(crate) parents: Vec<Oid>,
    /// When it was committed, in seconds since 1970.
    pub(crate) committed: i64,
}

impl CommitObject {
    /// `tree`, `parent` and `committer` of the lines before the first empty one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut tree = None;
        let mut parents = Vec::new();
        let mut committed = 0;
        for line in bytes.split(|&byte| byte == b'\n') {
            if line.is_empty() {
                break;
            }
            let text = String::from_utf8_lossy(line);
            let Some((key, value)) = text.split_once(' ') else {
                continue;
            };
            match key {
                "tree" => tree = Oid::new(value),
                "parent" => parents.push(Oid::new(value)?),
                "committer" => {
                    let mut words = value.rsplit(' ').skip(1);
                    committed = words.next()?.parse().unwrap_or(0);
                }
                _ => {}
            }
        }
        Some(Self {
            tree: tree?,
            parents,
            committed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CommitObject;

    #[test]
    fn commits_of_every_kind() {
        let oid = |digit: &str| digit.repeat(40);
        let text = format!(
            "tree {}\nparent {}\nparent {}\nauthor A <a@b> 1 +0000\ncommitter A B <a@b> 1700000000 -0330\n\
             gpgsig -----BEGIN\n parent {}\n\nparent {}\n",
            oid("1"),
            oid("2"),
            oid("3"),
            oid("4"),
            oid("5"),
        );
        let commit = CommitObject::parse(text.as_bytes()).expect("it is one");
        assert_eq!(commit.tree, *oid("1"));
        let parents: Vec<&str> = commit.parents.iter().map(crate::Oid::as_str).collect();
        assert_eq!(parents, [oid("2"), oid("3")]);
        assert_eq!(commit.committed, 1_700_000_000);
        assert_eq!(CommitObject::parse(b"author A <a@b> 1 +0000\n\n"), None);
    }
}

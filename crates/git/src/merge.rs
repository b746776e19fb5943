//! What a merge would record, without doing it.

use crate::command::subcommand;
use crate::memory::{MergedTree, Merges, Pair, Way, lock};
use crate::{Connection, GitError, Oid};

/// What is asked of `git merge-tree`: the tree, and the paths in conflict.
const MERGE: [&str; 5] = [
    "merge-tree",
    "--write-tree",
    "-z",
    "--name-only",
    "--no-messages",
];

/// How git ends over an option that it does not know.
const USAGE: i32 = 129;

impl Connection {
    /// Predicts the merge of `theirs` into `ours`. Writes objects, but no ref, no index, no file.
    ///
    /// # Errors
    /// The histories have nothing in common, an object is not here, or git failed.
    pub fn merge_tree(&self, ours: &Oid, theirs: &Oid) -> Result<MergedTree, GitError> {
        self.merge_trees(&[(ours.clone(), theirs.clone())])
            .remove(0)
    }

    /// Predicts merges of commits, each of the second into the first, in the order asked for. A pair that was asked
    /// for before costs nothing; all others together cost one git process, and one more for each that fails.
    #[must_use]
    pub fn merge_trees(&self, pairs: &[(Oid, Oid)]) -> Vec<Result<MergedTree, GitError>> {
        let mut merges = lock(&self.shared.merges);
        let mut new: Vec<&Pair> = Vec::new();
        for pair in pairs {
            if !merges.known.contains_key(pair) && !new.contains(&pair) {
                new.push(pair);
            }
        }
        self.predict(&mut merges, &new);
        pairs
            .iter()
            .map(|pair| merges.known[pair].clone())
            .collect()
    }

    /// Asks git for pairs that are not known.
    fn predict(&self, merges: &mut Merges, mut pairs: &[&Pair]) {
        while let Some((&first, rest)) = pairs.split_first() {
            let answer = match merges.way {
                Way::Batch => match self.merge_batch(pairs) {
                    Some((answered, failure)) => {
                        let count = answered.len();
                        let answers = std::iter::zip(pairs, answered);
                        let answers = answers.map(|(&pair, answer)| (pair.clone(), Ok(answer)));
                        merges.known.extend(answers);
                        pairs = &pairs[count..];
                        // The pair at which git ended is unknown; it has not looked at those behind it.
                        if let Some((&at, behind)) = pairs.split_first() {
                            merges.known.insert(at.clone(), Err(failure));
                            pairs = behind;
                        }
                        continue;
                    }
                    None => {
                        merges.way = Way::Single;
                        continue;
                    }
                },
                Way::Single => match self.merge_single(first) {
                    Some(answer) => answer,
                    None => {
                        merges.way = Way::Scratch;
                        continue;
                    }
                },
                Way::Scratch => self.merge_in_scratch(&first.0, &first.1),
            };
            merges.known.insert(first.clone(), answer);
            pairs = rest;
        }
    }

    /// The merges up to the first that failed, and why git answered no more; `None` if this git takes no batch.
    fn merge_batch(&self, pairs: &[&Pair]) -> Option<(Vec<MergedTree>, GitError)> {
        let request: String = pairs
            .iter()
            .map(|(ours, theirs)| format!("{ours} {theirs}\n"))
            .collect();
        let args = [&MERGE[..], &["--stdin"]].concat();
        let output = match self.git.offline().output(&args, request.as_bytes()) {
            Ok(output) if output.status.code() == Some(USAGE) => return None,
            Ok(output) => output,
            Err(error) => return Some((Vec::new(), error)),
        };
        let mut answers = Vec::new();
        let mut rest = &*output.stdout;
        while let Some((answer, behind)) = batched(rest) {
            answers.push(answer);
            rest = behind;
        }
        let failure = if output.status.success() {
            not_understood(&output.stdout)
        } else {
            self.git.failure(&MERGE, &output)
        };
        Some((answers, failure))
    }

    /// One merge; `None` if this git predicts none.
    fn merge_single(&self, (ours, theirs): &Pair) -> Option<Result<MergedTree, GitError>> {
        let args = [&MERGE[..], &[ours, theirs]].concat();
        let output = match self.git.offline().output(&args, b"") {
            Ok(output) => output,
            Err(error) => return Some(Err(error)),
        };
        match output.status.code() {
            Some(USAGE) => None,
            // One that is not clean ends with 1; so does one of a commit that is not here, without an answer.
            Some(0 | 1) if !output.stdout.is_empty() => {
                Some(parse(&output.stdout).ok_or_else(|| not_understood(&output.stdout)))
            }
            _ => Some(Err(self.git.failure(&MERGE, &output))),
        }
    }
}

fn not_understood(answer: &[u8]) -> GitError {
    GitError::Answer {
        command: subcommand(&MERGE),
        answer: String::from_utf8_lossy(answer).into_owned(),
    }
}

/// `1\0` or, with conflicts, `0\0`; `<tree>\0`, the paths in conflict with `\0` behind each, `\0`. And what comes
/// behind.
fn batched(output: &[u8]) -> Option<(MergedTree, &[u8])> {
    let rest = output
        .strip_prefix(b"1\0")
        .or_else(|| output.strip_prefix(b"0\0"))?;
    let end = rest.windows(2).position(|pair| pair == b"\0\0")?;
    Some((parse(&rest[..end])?, &rest[end + 2..]))
}

/// `<tree>\0` and the paths in conflict, each with `\0` behind it.
fn parse(output: &[u8]) -> Option<MergedTree> {
    let mut records = output
        .split(|&byte| byte == 0)
        .map(|record| String::from_utf8_lossy(record).into_owned());
    let tree = Oid::new(&records.next()?)?;
    let mut conflicts: Vec<String> = records.filter(|path| !path.is_empty()).collect();
    conflicts.sort();
    conflicts.dedup();
    Some(MergedTree { tree, conflicts })
}

#[cfg(test)]
mod tests {
    use super::batched;

    #[test]
    fn merges_one_behind_the_other() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let output = format!("1\0{one}\0\00\0{two}\0b\0a c\0\0").into_bytes();
        let (clean, rest) = batched(&output).expect("the first");
        assert_eq!((clean.tree.as_str(), clean.conflicts.len()), (&*one, 0));
        let (conflict, rest) = batched(rest).expect("the second");
        assert_eq!(
            (conflict.tree.as_str(), conflict.conflicts),
            (&*two, vec!["a c".into(), "b".into()])
        );
        assert!(rest.is_empty() && batched(rest).is_none());
        assert!(batched(&output[..40]).is_none());
    }
}

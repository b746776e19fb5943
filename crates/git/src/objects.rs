use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Connection, GitError};

/// Blobs that were read before, by object id.
pub(crate) type Kept = Arc<Mutex<HashMap<String, Option<Vec<u8>>>>>;

impl Connection {
    /// The same repository, which asks git for no blob twice. For somebody who looks at many commits that have
    /// nearly everything in common.
    #[must_use]
    pub fn keeping_blobs(&self) -> Self {
        let mut keeping = self.clone();
        keeping.kept = Some(Kept::default());
        keeping
    }

    /// The same repository, which keeps no blob.
    #[must_use]
    pub fn forgetting_blobs(&self) -> Self {
        let mut forgetting = self.clone();
        forgetting.kept = None;
        forgetting
    }

    /// The contents of blobs, in the order asked for, with one git process. `None` for an object
    /// that is not here (a partial clone does not fetch it).
    ///
    /// # Errors
    /// git failed.
    pub fn blobs(&self, oids: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let Some(kept) = &self.kept else {
            return self.fresh_blobs(oids);
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<String> = oids
            .iter()
            .filter(|oid| !kept.contains_key(*oid))
            .cloned()
            .collect();
        missing.sort();
        missing.dedup();
        let fresh = self.fresh_blobs(&missing)?;
        kept.extend(std::iter::zip(missing, fresh));
        Ok(oids.iter().map(|oid| kept[oid].clone()).collect())
    }

    fn fresh_blobs(&self, oids: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        if oids.is_empty() {
            return Ok(Vec::new());
        }
        let mut request = String::new();
        for oid in oids {
            request.push_str(oid);
            request.push('\n');
        }
        let args = ["cat-file", "--batch", "--buffer"];
        let output = self.git.run(args, request.as_bytes())?;
        parse_batch(&output, oids.len()).ok_or_else(|| GitError::Answer {
            command: args.join(" "),
            answer: format!("{} bytes that end too early", output.len()),
        })
    }
}

/// `<oid> <type> <size>\n<bytes>\n` or `<name> missing\n`, once for each object asked for.
fn parse_batch(mut output: &[u8], count: usize) -> Option<Vec<Option<Vec<u8>>>> {
    let mut blobs = Vec::with_capacity(count);
    for _ in 0..count {
        let end = output.iter().position(|&byte| byte == b'\n')?;
        let header = std::str::from_utf8(&output[..end]).ok()?;
        output = &output[end + 1..];
        if header.ends_with(" missing") {
            blobs.push(None);
            continue;
        }
        let size: usize = header.rsplit(' ').next()?.parse().ok()?;
        blobs.push(Some(output.get(..size)?.to_vec()));
        output = output.get(size + 1..)?;
    }
    Some(blobs)
}

//! What commits say in their messages.

use crate::oid::lines;
use crate::{Connection, GitError, Oid};

/// The message of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The commit.
    pub commit: Oid,
    /// The author's name, as `.mailmap` has it.
    pub author: String,
    /// All of it.
    pub text: String,
}

impl Connection {
    /// The messages of the commits that any of these reach and `without` does not, each before those of its parents. One
    /// git process.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn messages(&self, of: &[Oid], without: &Oid) -> Result<Vec<Message>, GitError> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut request = lines(of);
        request += &format!("^{without}\n");
        let args = [
            "log",
            "--use-mailmap",
            "--topo-order",
            "-z",
            "--format=format:%H%x02%aN%x02%B",
            "--stdin",
        ];
        let output = self.git.run(args, request.as_bytes())?;
        let records = output.split(|&byte| byte == 0);
        Ok(records.filter_map(parse).collect())
    }
}

fn parse(record: &[u8]) -> Option<Message> {
    let text = String::from_utf8_lossy(record);
    let mut fields = text.splitn(3, '\x02');
    Some(Message {
        commit: Oid::new(fields.next()?)?,
        author: fields.next()?.to_owned(),
        text: fields.next()?.to_owned(),
    })
}

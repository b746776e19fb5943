//! What is to be judged: the pull requests that a forge lists, or the branches of this clone.

use onehead_git::{Connection, Oid};
use onehead_model::{OpenRequest, Request, Skipped, stdio};

use crate::failure::{Failure, Kind};
use onehead_forecast::RefFilter;
use onehead_forecast::Target;

/// What is merged into the target, and what is not.
#[derive(Default)]
pub(super) struct Requests {
    pub(super) to_judge: Vec<Request>,
    pub(super) skipped: Vec<Skipped>,
}

/// The list on stdin.
pub(super) fn of_forge(target: &Target) -> Result<Requests, Box<dyn std::error::Error>> {
    let text = stdio::read_text()?;
    let open: Vec<OpenRequest> = serde_json::from_str(&text).map_err(|error| {
        let text = format!("stdin is not a list of open pull requests: {error}");
        Failure::new(Kind::User, text).hint("pipe the output of `gh pr list --limit 1000 --json number,title,author,headRefName,headRefOid,baseRefName,isDraft,url`")
    })?;
    let mut requests = Requests::default();
    for one in open {
        let base = one.base_ref_name.clone();
        let request = request(one)?;
        if base == target.branch() {
            requests.to_judge.push(request);
        } else {
            requests.skipped.push(Skipped { request, base });
        }
    }
    Ok(requests)
}

fn request(open: OpenRequest) -> Result<Request, String> {
    let commit = Oid::new(&open.head_ref_oid.to_ascii_lowercase()).ok_or_else(|| {
        format!(
            "the commit of #{} is `{}`, which is not an object id",
            open.number, open.head_ref_oid
        )
    })?;
    Ok(Request {
        number: Some(open.number),
        name: open.head_ref_name,
        commit: commit.into(),
        title: open.title,
        author: open.author.and_then(|author| author.login),
        url: open.url,
        draft: open.is_draft,
    })
}

/// The branches that any of these patterns names, the target left out.
pub(super) fn of_clone(
    repository: &Connection,
    patterns: &[String],
    target: &Target,
) -> Result<Requests, Box<dyn std::error::Error>> {
    let wanted = RefFilter::new(patterns)?;
    let mut to_judge = Vec::new();
    for found in repository.branches()? {
        let is_target = target.full_name.as_ref() == Some(&found.at.name);
        if !is_target && wanted.is_match(&found.at) {
            to_judge.push(Request {
                number: None,
                name: found.at.name.short().to_owned(),
                commit: found.at.commit.into(),
                title: None,
                author: None,
                url: None,
                draft: false,
            });
        }
    }
    if to_judge.is_empty() {
        return Err(wanted.none_fits().into());
    }
    Ok(Requests {
        to_judge,
        skipped: Vec::new(),
    })
}

//! What is to be judged: the pull requests that a forge lists, or the branches of this clone.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use onehead_git::Repository;
use onehead_model::{OpenRequest, Request, Skipped, stdio};

use crate::target::Target;

/// What lands on the target, and what does not.
#[derive(Default)]
pub(super) struct Requests {
    pub(super) landing: Vec<Request>,
    pub(super) skipped: Vec<Skipped>,
}

/// The list on stdin.
pub(super) fn of_forge(target: &Target) -> Result<Requests, Box<dyn std::error::Error>> {
    let text = stdio::read_text()?;
    let open: Vec<OpenRequest> = serde_json::from_str(&text).map_err(|error| {
        format!("stdin is no list of open pull requests: {error}\nhint: gh pr list --limit 1000 --json number,title,author,headRefName,headRefOid,baseRefName,isDraft,url")
    })?;
    let mut requests = Requests::default();
    for one in open {
        let base = one.base_ref_name.clone();
        let request = request(one)?;
        if base == target.branch() {
            requests.landing.push(request);
        } else {
            requests.skipped.push(Skipped { request, base });
        }
    }
    Ok(requests)
}

fn request(open: OpenRequest) -> Result<Request, String> {
    let is_oid = matches!(open.head_ref_oid.len(), 40 | 64)
        && open
            .head_ref_oid
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit());
    if !is_oid {
        return Err(format!(
            "the commit of #{} is `{}`, which is no object id",
            open.number, open.head_ref_oid
        ));
    }
    Ok(Request {
        number: Some(open.number),
        name: open.head_ref_name,
        commit: open.head_ref_oid.to_ascii_lowercase(),
        title: open.title,
        author: open.author.and_then(|author| author.login),
        url: open.url,
        draft: open.is_draft,
    })
}

/// The branches that any of these patterns names, the target left out.
pub(super) fn of_clone(
    repository: &Repository,
    patterns: &[String],
    target: &Target,
) -> Result<Requests, Box<dyn std::error::Error>> {
    let wanted = glob_set(patterns)?;
    let mut landing = Vec::new();
    for found in repository.refs()? {
        let short = ["refs/heads/", "refs/remotes/"]
            .iter()
            .find_map(|prefix| found.name.strip_prefix(prefix));
        let is_target = target.full_name.as_deref() == Some(&found.name);
        let Some(short) = short.filter(|_| !is_target) else {
            continue;
        };
        if wanted.is_match(short) || wanted.is_match(&found.name) {
            landing.push(Request {
                number: None,
                name: short.to_owned(),
                commit: found.commit,
                title: None,
                author: None,
                url: None,
                draft: false,
            });
        }
    }
    if landing.is_empty() {
        return Err(format!(
            "no branch fits {}\nhint: `git branch --all` lists what is here; quote the pattern, or the shell takes it",
            patterns.join(", ")
        )
        .into());
    }
    Ok(Requests {
        landing,
        skipped: Vec::new(),
    })
}

/// `*` stands for `/` as well, as branches have it in their names.
fn glob_set(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).literal_separator(false).build()?);
    }
    set.build()
}

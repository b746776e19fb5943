//! A verdict in every format.

use onehead_fixtures::{GitSandbox, binary};

/// The formats, with the file that holds what each says.
pub(crate) const FORMATS: [(&str, &str); 7] = [
    ("text", "text.txt"),
    ("json", "check.json"),
    ("github", "github.txt"),
    ("sarif", "sarif.json"),
    ("junit", "junit.xml"),
    ("codequality", "codequality.json"),
    ("markdown", "summary.md"),
];

/// What the last command said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) text: String,
}

/// `onehead ci` with these arguments.
pub(crate) fn ci(sandbox: &GitSandbox, args: &[&str]) -> Said {
    let mut words = vec!["ci"];
    words.extend(args);
    let ran = sandbox.run(binary("onehead"), &words, "");
    assert_ne!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    Said {
        code: ran.code.unwrap_or(-1),
        text: ran.stdout,
    }
}

/// The same verdict in a format.
pub(crate) fn shown(sandbox: &GitSandbox, target: &str, format: &str) -> Said {
    ci(sandbox, &["--target", target, "--format", format])
}

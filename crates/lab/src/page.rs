//! `cargo xtask page`: the page of `onehead history --html` in a real browser, at three widths, light and dark, with
//! and without scripting, on paper.

mod huge;

use std::path::{Path, PathBuf};

use clap::Args;
use onehead_model::{Document, Exit, HistoryReport, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

/// The browser to look with.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// A Chromium
    #[arg(long, value_name = "PATH", default_value = "chromium")]
    chromium: PathBuf,

    /// Check nothing: put pictures of every page into a folder, for people to look at
    #[arg(long, value_name = "FOLDER")]
    look: Option<PathBuf>,
}

/// Makes the pages and looks at them.
#[must_use]
pub(crate) fn run(args: &PageArgs) -> Exit {
    match page(args) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            stdio::say(&format!("error: {error}"));
            Exit::Findings
        }
    }
}

fn page(args: &PageArgs) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let chromium = browser(&shell, &args.chromium)?;
    let pages = workspace::target()?.join("page");
    write_pages(&shell, &pages)?;
    shell.set_var("ONEHEAD_PAGES", &pages);
    shell.set_var("ONEHEAD_CHROMIUM", chromium);
    match &args.look {
        Some(folder) => cmd!(shell, "node scripts/page/look.mjs {folder}").run()?,
        None => cmd!(shell, "node --test scripts/page/").run()?,
    }
    Ok(())
}

/// Where the browser is, if everything that the scripts need is there.
fn browser(shell: &Shell, chromium: &Path) -> Fallible<String> {
    if !shell.path_exists("scripts/page/node_modules") {
        return Err(
            "the page is looked at with packages from npm: npm ci --prefix scripts/page".into(),
        );
    }
    let found = cmd!(shell, "which {chromium}")
        .quiet()
        .ignore_stderr()
        .read();
    found.map_err(|_| {
        let chromium = chromium.display();
        format!("there is no browser `{chromium}`: apt-get install chromium, or name one with --chromium").into()
    })
}

/// A page of every document in `fixtures/history-pages`, and one of many incidents.
fn write_pages(shell: &Shell, pages: &Path) -> Fallible<()> {
    shell.remove_path(pages)?;
    shell.create_dir(pages)?;
    for document in shell.read_dir("fixtures/history-pages")? {
        let (Some(name), Some("json")) = (
            document.file_stem(),
            document.extension().and_then(|end| end.to_str()),
        ) else {
            continue;
        };
        let report = HistoryReport::from_json(&shell.read_file(&document)?)?;
        onehead::write_history_page(&pages.join(name).with_extension("html"), &report)?;
    }
    let usual = HistoryReport::from_json(&shell.read_file("fixtures/history-pages/usual.json")?)?;
    onehead::write_history_page(&pages.join("huge.html"), &huge::history(&usual))?;
    Ok(())
}

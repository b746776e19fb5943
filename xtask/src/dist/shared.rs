//! What the packages hold beside the programs: manual pages and completions, made from the arguments as
//! clap knows them, the licence, and the name of the commit. Written into `crates/onehead`, where maturin
//! takes them from and git ignores them.

use clap_complete::Shell as CompletedShell;
use onehead::program::VERSION;
use xshell::Shell;

use super::Fallible;
use crate::workspace;

/// Where shells look for the completions of a program, below the folder that things are installed into.
const COMPLETIONS: &[(CompletedShell, &str)] = &[
    (CompletedShell::Bash, "bash-completion/completions"),
    (CompletedShell::Fish, "fish/vendor_completions.d"),
    (CompletedShell::Zsh, "zsh/site-functions"),
];

/// Writes all of it anew.
pub(super) fn write(shell: &Shell) -> Fallible<()> {
    let package = workspace::root().join("crates/onehead");
    let (_, commit) = VERSION
        .trim_end_matches(')')
        .split_once(" (")
        .ok_or("git does not tell which commit is checked out here")?;
    shell.write_file(package.join("commit.txt"), format!("{commit}\n"))?;
    shell.copy_file(workspace::root().join("LICENSE"), package.join("LICENSE"))?;

    // maturin puts `onehead.data/data` where pip puts data files: at the root of the environment.
    let data = package.join("onehead.data");
    shell.remove_path(&data)?;
    let share = data.join("data/share");
    let manuals = shell.create_dir(share.join("man/man1"))?;
    for program in onehead::program::all() {
        clap_mangen::generate_to(program.clone(), &manuals)?;
        for &(kind, folder) in COMPLETIONS {
            let folder = shell.create_dir(share.join(folder))?;
            let name = program.get_name().to_owned();
            clap_complete::generate_to(kind, &mut program.clone(), name, folder)?;
        }
    }
    Ok(())
}

//! Runs the programs in other languages that a page shows.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The code of the first block in a language.
pub(crate) fn first_block<'p>(page: &'p str, language: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("\n```").unwrap().0
}

/// Runs a shell script, with the program under test in the search path.
pub(crate) fn run_script(script: &str, folder: &Path) -> Output {
    fs::write(folder.join("script.sh"), script).unwrap();
    run(Command::new("bash").arg("script.sh"), folder)
}

/// Runs tests with pytest; `None` where it is not installed.
pub(crate) fn run_pytest(tests: &str, folder: &Path) -> Option<Output> {
    let pytest = env::var_os("KEEPNET_PYTEST").map(PathBuf::from);
    let pytest = pytest.unwrap_or_else(|| "pytest".into());
    let version = Command::new(&pytest).arg("--version").output();
    version.ok()?;
    fs::write(folder.join("test_sandbox.py"), tests).unwrap();
    let arguments = ["-q", "-p", "no:cacheprovider", "test_sandbox.py"];
    Some(run(Command::new(pytest).args(arguments), folder))
}

fn run(command: &mut Command, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_keepnet")).parent().unwrap();
    let known = env::var_os("PATH").unwrap_or_default();
    let folders = [program.to_owned()]
        .into_iter()
        .chain(env::split_paths(&known));
    let path = env::join_paths(folders).unwrap();
    command
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder);
    command.output().unwrap()
}

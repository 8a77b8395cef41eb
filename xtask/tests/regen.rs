//! `cargo xtask regen` as a maintainer runs it: from anywhere, in any language of the machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

fn regen(arguments: &[&str], locale: &str, folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("regen")
        .args(arguments)
        .env("LC_ALL", locale)
        .env("TZ", "Asia/Tokyo")
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn committed_files_are_current_in_any_locale() {
    for (locale, folder) in [("C", "."), ("tr_TR.UTF-8", "/")] {
        let output = regen(&["--check"], locale, Path::new(folder));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && text.contains("are up to date"),
            "{text}"
        );
    }
}

#[test]
fn failure_is_one_line_that_says_what_to_do() {
    let invented = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/keepnet-spec/tests/diff/published.json"
    );
    for (from, expected) in [
        (
            "/nowhere/document.json",
            "error: cannot read /nowhere/document.json: ",
        ),
        (
            invented,
            " decisions are missing; take them in crates/keepnet-spec/data, or run again with --accept-proposals",
        ),
        (
            "http://elsewhere.example/a.json?key=secret",
            "error: http://elsewhere.example/a.json: only https is supported; save the document and pass the file",
        ),
        (
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            "error: the document is not JSON at line 1, column 2; no known repair applies",
        ),
    ] {
        let output = regen(&["--check", "--from", from], "C", Path::new("."));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains(expected),
            "{from}: {text}"
        );
        assert!(
            text.lines().count() == 1 && !text.contains("secret"),
            "{text}"
        );
    }
}

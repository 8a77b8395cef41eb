//! Commands that a message tells the user to run, ready to be pasted into a shell.

use std::path::Path;

use crate::config::GlobalOptions;

/// An option of a command, and its value if it is given.
pub(super) type GivenOption = (&'static str, Option<String>);

/// The command line with the options of this run that say which service it talks to. The environment of
/// the shell stays the same.
pub(super) fn pasted_command(
    global: &GlobalOptions,
    command: &str,
    options: &[GivenOption],
) -> String {
    let before = [
        ("--profile", global.profile.clone()),
        ("--base-url", global.base_url.clone()),
        ("--secret-file", global.secret_file.as_deref().map(shown)),
    ];
    format!("keepnet{} {command}{}", written(&before), written(options))
}

/// A path as an argument.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn written(options: &[GivenOption]) -> String {
    let given = options
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    given
        .map(|(name, value)| format!(" {name} {}", shell_quote(value)))
        .collect()
}

/// Quotes a word if a shell would not take it as one word.
pub(super) fn shell_quote(word: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_alphanumeric() || "-_./:=@%+,".contains(letter) || letter == '\\' && cfg!(windows)
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

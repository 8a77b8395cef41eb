//! The `~` at the start of a path.

use std::path::{Path, PathBuf};

use super::environment::Environment;

/// The path of an argument, in which a first part `~` is the home folder.
pub(crate) fn argument_path(path: &Path) -> PathBuf {
    expand_home(path, &Environment::of_process())
}

/// The path, in which a first part `~` is the home folder. A shell replaces it only where it starts a
/// word, which is not so in `--secret-file=~/secret` and in a file.
pub(super) fn expand_home(path: &Path, environment: &Environment) -> PathBuf {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    match (path.strip_prefix("~"), environment.path(variable)) {
        (Ok(rest), Some(home)) if rest.as_os_str().is_empty() => home,
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_part_is_the_home_folder() {
        let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let environment = Environment::of(&[(home, "/home/ada")]);
        let check = |path: &str, expected: &str| {
            let expanded = expand_home(Path::new(path), &environment);
            assert_eq!(expanded, Path::new(expected), "{path}");
        };
        check("~/secret", "/home/ada/secret");
        check("~", "/home/ada");
        check("~ada/secret", "~ada/secret");
        check("a/~/b", "a/~/b");
        check("/etc/secret", "/etc/secret");
        let none = expand_home(Path::new("~/secret"), &Environment::of(&[]));
        assert_eq!(none, Path::new("~/secret"));
    }
}

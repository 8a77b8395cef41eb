//! How the program talks: whether it prints messages, asks questions and uses colours.

use std::env;
use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use clap::ValueEnum;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// Use colours on a terminal, unless NO_COLOR is set or TERM is dumb
    #[default]
    Auto,
    /// Use colours also in a file or a pipe
    Always,
    /// Use no colours
    Never,
}

/// The settings, which the start of the program makes once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    /// Print results, warnings, questions and errors only.
    pub(crate) is_quiet: bool,
    /// Never ask.
    pub(crate) is_without_input: bool,
    /// When to use colours.
    pub(crate) color: Color,
    /// Use only characters that every terminal can show.
    pub(crate) is_ascii: bool,
}

/// Whether the terminal may be unable to show more than ASCII. The first variable that is set and not
/// empty decides, as POSIX says.
pub(super) fn is_ascii_locale(variable: impl Fn(&str) -> Option<String>, is_windows: bool) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let locale = locale.unwrap_or_default().to_lowercase().replace('-', "");
    !(is_windows || locale.contains("utf8"))
}

/// Whether the terminal of this process may be unable to show more than ASCII.
pub(crate) fn has_ascii_terminal() -> bool {
    is_ascii_locale(|name| env::var(name).ok(), cfg!(windows))
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

impl Settings {
    /// Makes these the settings of the program.
    pub(crate) fn apply(self) {
        // The start of the program is the only caller.
        let _ = SETTINGS.set(self);
    }

    pub(super) fn current() -> Settings {
        SETTINGS.get().copied().unwrap_or_default()
    }
}

impl Color {
    /// Whether a stream gets colours.
    pub(crate) fn is_used_on(self, stream: &impl io::IsTerminal) -> bool {
        self.is_used(stream.is_terminal(), |name| env::var(name).ok())
    }

    fn is_used(self, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: a variable that is set and not empty.
            Color::Auto => {
                is_terminal
                    && variable("NO_COLOR").is_none_or(|value| value.is_empty())
                    && variable("TERM").is_none_or(|value| value != "dumb")
            }
        }
    }
}

/// Whether standard error gets colours.
pub(super) fn has_color_on_stderr() -> bool {
    Settings::current().color.is_used_on(&io::stderr())
}

/// Whether standard output gets colours.
pub(super) fn has_color_on_stdout() -> bool {
    Settings::current().color.is_used_on(&io::stdout())
}

/// Whether there is a terminal where a user can answer, and questions are allowed.
pub(crate) fn is_interactive() -> bool {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    is_terminal && !Settings::current().is_without_input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_is_that_of_the_first_variable() {
        let check = |set: &[(&str, &str)], expected: bool| {
            let variable = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_ascii_locale(variable, false), expected, "{set:?}");
        };
        check(&[], true);
        check(&[("LANG", "C")], true);
        check(&[("LANG", "tr_TR.utf8")], false);
        check(&[("LC_CTYPE", "C"), ("LANG", "C.UTF-8")], true);
        check(&[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], false);
        check(&[("LC_ALL", "C"), ("LC_CTYPE", "C.UTF-8")], true);
        check(&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8")], false);
    }

    #[test]
    fn colours_follow_option_and_environment() {
        let check = |color: Color, is_terminal: bool, set: &[(&str, &str)], expected: bool| {
            let variable = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let is_used = color.is_used(is_terminal, variable);
            assert_eq!(is_used, expected, "{color:?} {is_terminal} {set:?}");
        };
        let xterm = ("TERM", "xterm");
        check(Color::Auto, true, &[xterm], true);
        check(Color::Auto, true, &[xterm, ("NO_COLOR", "")], true);
        check(Color::Auto, true, &[xterm, ("NO_COLOR", "1")], false);
        check(Color::Auto, true, &[("TERM", "dumb")], false);
        check(Color::Auto, false, &[xterm], false);
        check(Color::Always, false, &[("NO_COLOR", "1")], true);
        check(Color::Never, true, &[xterm], false);
    }
}

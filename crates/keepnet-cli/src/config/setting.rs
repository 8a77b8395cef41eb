//! A setting, and where its value came from.

use std::fmt;

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) source: Source,
}

/// Where the value of a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This option.
    Argument(&'static str),
    /// This variable of the environment.
    Variable(String),
    /// The profile of this name.
    Profile(String),
    /// The configuration file, outside of the profiles.
    File,
    /// The program itself.
    Default,
}

impl Setting {
    pub(super) fn new(value: impl Into<String>, source: Source) -> Setting {
        Setting {
            value: value.into(),
            source,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Argument(option) => write!(f, "argument {option}"),
            Source::Variable(name) => write!(f, "environment {name}"),
            Source::Profile(name) => write!(f, "profile {name}"),
            Source::File => f.write_str("configuration file"),
            Source::Default => f.write_str("default"),
        }
    }
}

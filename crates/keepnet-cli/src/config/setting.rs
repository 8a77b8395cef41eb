//! A setting, and where its value came from.

use std::fmt;

use crate::exit::{CliError, ExitStatus, Result};

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) value: String,
    pub(crate) source: Source,
    /// Another value, of a source that nothing on the command line puts behind this one.
    pub(crate) conflict: Option<Box<Setting>>,
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
    pub(crate) fn new(value: impl Into<String>, source: Source) -> Setting {
        Setting {
            value: value.into(),
            source,
            conflict: None,
        }
    }

    /// The setting beside one of another source, which is a conflict if it has another value.
    pub(super) fn beside(mut self, other: Option<Setting>) -> Setting {
        let text = |setting: &Setting| setting.value.trim().trim_end_matches('/').to_owned();
        let conflict = other.filter(|other| text(other) != text(&self));
        self.conflict = conflict.map(Box::new);
        self
    }

    /// The setting.
    ///
    /// # Errors
    ///
    /// If another source has another value for this `noun`.
    pub(super) fn unless_conflict(self, noun: &str) -> Result<Setting> {
        match self.conflict_text(noun) {
            None => Ok(self),
            Some(problem) => {
                let error = CliError::new(ExitStatus::Permission, problem);
                Err(error.with_hint(self.conflict_hint()))
            }
        }
    }

    /// Which sources have which values for this `noun`, if they conflict.
    pub(crate) fn conflict_text(&self, noun: &str) -> Option<String> {
        let other = self.conflict.as_ref()?;
        Some(format!(
            "{} names the {noun} {:?}, and {} names {:?}",
            self.source, self.value, other.source, other.value
        ))
    }

    /// What to do about a conflict.
    pub(super) fn conflict_hint(&self) -> String {
        let sources = [
            Some(&self.source),
            self.conflict.as_ref().map(|it| &it.source),
        ];
        let variable = sources
            .into_iter()
            .flatten()
            .find_map(|source| match source {
                Source::Variable(name) => Some(name.as_str()),
                _ => None,
            });
        let variable = variable.unwrap_or_default();
        match variable {
            "KEEPNET_COMPANY_ID" => format!("choose one with --company, or unset {variable}"),
            "KEEPNET_API_BASE_URL" => format!("choose one with --base-url, or unset {variable}"),
            _ => format!("choose the profile with --profile, or unset {variable}"),
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

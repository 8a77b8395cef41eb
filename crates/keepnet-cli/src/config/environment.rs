//! The variables of the environment.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::exit::{CliError, Result};

type Lookup = dyn Fn(&str) -> Option<OsString>;

/// The variables of the environment.
pub(crate) struct Environment(Box<Lookup>);

impl Environment {
    /// The environment of this process.
    pub(crate) fn of_process() -> Environment {
        Environment(Box::new(|name| env::var_os(name)))
    }

    /// A variable of this program that holds text. A blank one is an error: an empty
    /// `KEEPNET_API_BASE_URL` must not mean the public service.
    pub(crate) fn setting(&self, name: &str) -> Result<Option<String>> {
        let Some(value) = (self.0)(name) else {
            return Ok(None);
        };
        match value.into_string() {
            Ok(value) if value.trim().is_empty() => Err(blank(name)),
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(CliError::configuration(format!(
                "{name} is not valid Unicode"
            ))),
        }
    }

    /// A variable of this program that holds a path, which may not be Unicode; a blank one is an
    /// error.
    pub(crate) fn path_setting(&self, name: &str) -> Result<Option<PathBuf>> {
        match ((self.0)(name), self.path(name)) {
            (Some(_), None) => Err(blank(name)),
            (_, path) => Ok(path),
        }
    }

    /// A variable of the system that holds text; a blank one counts as not set.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?.into_string().ok()?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// A variable of the system that holds a path; a blank one counts as not set.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = (self.0)(name)?;
        let is_blank = value.to_str().is_some_and(|text| text.trim().is_empty());
        (!is_blank).then(|| value.into())
    }
}

fn blank(name: &str) -> CliError {
    CliError::configuration(format!("{name} is set, but empty"))
        .with_hint("give it a value, or unset it")
}

#[cfg(test)]
impl Environment {
    /// An environment with only these variables.
    pub(crate) fn of(variables: &[(&str, &str)]) -> Environment {
        let variables: std::collections::HashMap<String, OsString> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.into()))
            .collect();
        Environment(Box::new(move |name| variables.get(name).cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_setting_is_an_error() {
        let environment = Environment::of(&[("A", " "), ("B", "b")]);
        let blank = |error: CliError| error.render(false).contains("A is set, but empty");
        assert!(environment.setting("A").is_err_and(blank));
        assert!(environment.path_setting("A").is_err_and(blank));
        assert_eq!(environment.setting("B").unwrap().as_deref(), Some("b"));
        assert_eq!(environment.setting("C").unwrap(), None);
        assert_eq!(environment.path_setting("B").unwrap(), Some("b".into()));
        assert_eq!(environment.path_setting("C").unwrap(), None);
        assert_eq!(environment.text("A"), None);
    }
}

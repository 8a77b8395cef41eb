//! The variables of the environment.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

type Lookup = dyn Fn(&str) -> Option<OsString>;

/// The variables of the environment; a blank one counts as not set.
pub(crate) struct Environment(Box<Lookup>);

impl Environment {
    /// The environment of this process.
    pub(crate) fn of_process() -> Environment {
        Environment(Box::new(|name| env::var_os(name)))
    }

    /// A variable that holds text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?.into_string().ok()?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// A variable that holds a path, which may not be Unicode.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let value = (self.0)(name)?;
        let is_blank = value.to_str().is_some_and(|text| text.trim().is_empty());
        (!is_blank).then(|| value.into())
    }
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

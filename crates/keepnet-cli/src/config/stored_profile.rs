//! What `auth login` stores: a profile in the configuration file, and its secret in a file beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Environment;
use super::folders;
use super::private_file::{self, ChangeLock, NewText, folder_of};
use super::profile::{self, SecretSource};
use crate::exit::{CliError, ExitStatus, Result};

/// The name of a profile that has no other.
const DEFAULT_NAME: &str = "default";

/// A profile in the configuration file, which may not exist yet.
pub(crate) struct StoredProfile {
    pub(crate) name: String,
    /// The configuration file.
    pub(crate) path: PathBuf,
    text: String,
    file: Table,
    /// Where its secret is; none if the profile does not exist or names no secret.
    secret: Option<SecretSource>,
    exists: bool,
}

impl StoredProfile {
    /// Reads the profile that the argument or the environment names, or else the default one.
    pub(crate) fn read(argument: Option<&str>) -> Result<StoredProfile> {
        let environment = &Environment::of_process();
        let name = profile::name(argument, environment)?.map(|name| name.value);
        let path = folders::config_file(environment)?.ok_or_else(|| {
            CliError::configuration("the folder for configuration files is unknown")
                .with_hint("set KEEPNET_CONFIG to the path of the file")
        })?;
        let (text, file) = read_file(&path)?;
        let name = match name {
            Some(name) => name,
            None => profile::default_profile(&file, &path)?.unwrap_or(DEFAULT_NAME.to_owned()),
        };
        let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        if name.is_empty() || !name.chars().all(is_plain) {
            let problem = format!("{name:?} cannot be the name of a profile that is stored");
            return Err(CliError::usage(problem).with_hint("use letters, digits, - and _"));
        }
        StoredProfile::of_file(name, path, text, file, environment)
    }

    fn of_file(
        name: String,
        path: PathBuf,
        text: String,
        file: Table,
        environment: &Environment,
    ) -> Result<StoredProfile> {
        let profiles = file.get("profiles").and_then(Value::as_table);
        let exists = profiles.is_some_and(|profiles| profiles.contains_key(&name));
        let secret = match exists {
            true => profile::profile(&file, &name, &path, environment)?.secret,
            false => None,
        };
        Ok(StoredProfile {
            name,
            path,
            text,
            file,
            secret,
            exists,
        })
    }

    /// Whether the configuration file has it.
    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// The file with its secret, which is beside the configuration file unless the profile says another
    /// one.
    ///
    /// # Errors
    ///
    /// If the profile takes its secret from elsewhere.
    pub(crate) fn secret_file(&self) -> Result<PathBuf> {
        let (name, path) = (&self.name, &self.path);
        let elsewhere = |place: String| {
            let problem = format!("the secret of the profile {name} is {place}");
            let hint = format!("change the section [profiles.{name}] of {}", path.display());
            Err(CliError::usage(problem).with_hint(hint))
        };
        match &self.secret {
            Some(SecretSource::File(file)) => Ok(file.clone()),
            Some(SecretSource::Variable(variable)) => {
                elsewhere(format!("in the variable {variable}"))
            }
            Some(SecretSource::Command(_)) => elsewhere("printed by a command".to_owned()),
            None if self.exists => elsewhere("not in a file".to_owned()),
            None => Ok(folder_of(&self.path).join(format!("{name}.secret"))),
        }
    }

    /// Waits until no other process changes the configuration or a secret. There is nothing to wait for
    /// where the folder is missing.
    pub(crate) fn lock(&self) -> Option<ChangeLock> {
        ChangeLock::wait_for(&self.path).ok()
    }

    /// Stores the secret, and the profile unless it exists. Returns whether the profile is the default one
    /// from now on, because the file had no other.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or if another command has changed the profile since it was read.
    /// Nothing is stored then.
    pub(crate) fn store(&self, settings: &[(&str, &str)], secret: &str) -> Result<bool> {
        let folder = folder_of(&self.path);
        create_private_folder(folder).map_err(|error| not_written(folder, error))?;
        let lock = ChangeLock::wait_for(&self.path);
        let _lock = lock.map_err(|error| not_written(&self.path, error))?;
        let (text, file) = read_file(&self.path)?;
        let (name, path) = (self.name.clone(), self.path.clone());
        let environment = &Environment::of_process();
        let current = StoredProfile::of_file(name, path, text, file, environment)?;
        if current.exists != self.exists && !current.has_settings(settings) {
            let problem = format!("another command has changed the profile {}", self.name);
            let error = CliError::about_file(ExitStatus::Failed, &self.path, problem);
            return Err(error.with_hint("nothing is stored; run the command again"));
        }
        current.replace_files(settings, secret)
    }

    fn replace_files(&self, settings: &[(&str, &str)], secret: &str) -> Result<bool> {
        let secret_file = self.secret_file()?;
        let write = |path: &Path, text: &str| {
            NewText::write(path, text).map_err(|error| not_written(path, error))
        };
        let new_secret = write(&secret_file, &format!("{secret}\n"))?;
        let new_config = match self.exists {
            true => None,
            false => Some(write(&self.path, &self.text_with(settings))?),
        };
        // A secret without its profile does no harm.
        let replaced = new_secret.replace();
        replaced.map_err(|error| not_written(&secret_file, error))?;
        let replaced = new_config.map_or(Ok(()), NewText::replace);
        replaced.map_err(|error| not_written(&self.path, error))?;
        Ok(!self.exists && self.becomes_default())
    }

    /// Whether the profile exists with these settings beside its secret.
    fn has_settings(&self, settings: &[(&str, &str)]) -> bool {
        let profiles = self.file.get("profiles").and_then(Value::as_table);
        let profile = profiles.and_then(|profiles| profiles.get(&self.name)?.as_table());
        let has = |(key, value): &(&str, &str)| {
            profile.and_then(|profile| profile.get(*key)?.as_str()) == Some(*value)
        };
        let count = profile.map_or(0, Table::len);
        count == settings.len() + 1 && settings.iter().all(has)
    }

    /// The configuration file with the profile as its last section. A file without any profile gets this
    /// one as its default.
    fn text_with(&self, settings: &[(&str, &str)]) -> String {
        let name = &self.name;
        let mut text = String::new();
        if self.becomes_default() {
            text += &format!("default_profile = \"{name}\"\n");
        }
        text += self.text.trim_end();
        if !text.is_empty() {
            text = text.trim_end().to_owned() + "\n\n";
        }
        text += &format!("[profiles.{name}]\n");
        for (key, value) in settings {
            // A JSON string is a TOML string.
            text += &format!("{key} = {}\n", serde_json::json!(value));
        }
        text + &format!("secret = {{ file = \"{name}.secret\" }}\n")
    }

    /// Whether the file has no other profile that a command without a name uses.
    fn becomes_default(&self) -> bool {
        let names = ["profiles", "default_profile"];
        !names.iter().any(|name| self.file.contains_key(*name))
    }
}

/// The text of the configuration file, which may not exist yet, and what it says.
fn read_file(path: &Path) -> Result<(String, Table)> {
    let text = match path.exists() {
        true => private_file::read(path, "configuration file")?,
        false => String::new(),
    };
    let file = profile::parse_file(&text, path)?;
    Ok((text, file))
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn not_written(path: &Path, error: io::Error) -> CliError {
    CliError::about_file(ExitStatus::Failed, path, "cannot be written").with_source(error)
}

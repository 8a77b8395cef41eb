//! What `auth login` stores: a profile in the configuration file, and its secret in a file beside it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Environment;
use super::profile::{self, SecretSource};
use super::{folders, private_file};
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
        let text = match path.exists() {
            true => private_file::read(&path, "configuration file")?,
            false => String::new(),
        };
        let file = profile::parse_file(&text, &path)?;
        let name = match name {
            Some(name) => name,
            None => profile::default_profile(&file, &path)?.unwrap_or(DEFAULT_NAME.to_owned()),
        };
        let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        if name.is_empty() || !name.chars().all(is_plain) {
            let problem = format!("{name:?} cannot be the name of a profile that is stored");
            return Err(CliError::usage(problem).with_hint("use letters, digits, - and _"));
        }
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
            None => Ok(self.folder().join(format!("{name}.secret"))),
        }
    }

    /// Stores the secret, and the profile unless it exists.
    pub(crate) fn store(&self, settings: &[(&str, &str)], secret: &str) -> Result<()> {
        let secret_file = self.secret_file()?;
        create_private_folder(self.folder()).map_err(|error| not_written(self.folder(), error))?;
        write_private(&secret_file, &format!("{secret}\n"))
            .map_err(|error| not_written(&secret_file, error))?;
        if self.exists {
            return Ok(());
        }
        write_private(&self.path, &self.text_with(settings))
            .map_err(|error| not_written(&self.path, error))
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

    /// Whether it is the default profile from now on, because the file has no other.
    pub(crate) fn becomes_default(&self) -> bool {
        let names = ["profiles", "default_profile"];
        !names.iter().any(|name| self.file.contains_key(*name))
    }

    fn folder(&self) -> &Path {
        let folder = self.path.parent().filter(|it| !it.as_os_str().is_empty());
        folder.unwrap_or(Path::new("."))
    }
}

/// Replaces a file with one that only its owner can access. It is complete when it gets its name.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // A link stays, and the file that it leads to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A part that an earlier run left behind may have other permissions.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options.open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    fs::rename(&part, path)
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

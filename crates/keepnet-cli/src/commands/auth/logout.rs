//! `auth logout`: removes the stored secret.

use std::fs;
use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{GlobalOptions, StoredProfile, profile_names};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui::{self, Column, Record};

pub(super) fn run(global: &GlobalOptions) -> Result {
    let profile = StoredProfile::read(global.profile.as_deref())?;
    let file = profile.secret_file()?;
    // Without a name, nobody says that there is a profile. A secret may be left without its profile.
    if global.profile.is_some() && !profile.exists() && !file.exists() {
        let problem = format!("there is no profile {:?}", profile.name);
        let known = profile_names();
        let hint = match known.is_empty() {
            true => "store one with `keepnet auth login`".to_owned(),
            false => format!("known profiles: {}", known.join(", ")),
        };
        let error = CliError::about_file(ExitStatus::Usage, &profile.path, problem);
        return Err(error.with_hint(hint));
    }
    let _lock = profile.lock();
    let removed = match fs::remove_file(&file) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            let problem = "the secret cannot be removed";
            let error = CliError::about_file(ExitStatus::Failed, &file, problem).with_source(error);
            return Err(error);
        }
    };
    ui::stdout(global.output).record(&LoggedOut {
        profile: profile.name,
        secret_file: file.display().to_string(),
        removed,
    })?;
    Ok(ExitStatus::Done)
}

/// What `auth logout` did.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct LoggedOut {
    /// The name of the profile, which stays in the configuration file.
    profile: String,
    /// The file that contained its secret.
    secret_file: String,
    /// Whether the file was removed; false if there was none.
    removed: bool,
}

impl Record for LoggedOut {
    const COLUMNS: &'static [Column] = &[
        Column::name("profile"),
        Column::text("secret_file"),
        Column::whole("removed"),
    ];
}

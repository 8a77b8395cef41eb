//! `auth status`: which credentials are in use, without a request.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{GlobalOptions, ResolvedSettings};
use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Column, Record, print_message};

pub(super) fn run(global: &GlobalOptions) -> Result {
    let settings = ResolvedSettings::find(global)?;
    let has_secret = settings.has_secret();
    let status = Status {
        profile: settings.profile.map(|it| it.value),
        base_url: settings.base_url.value,
        client_id_from: settings.client_id.as_ref().map(|it| it.source.to_string()),
        client_id: settings.client_id.map(|it| it.value),
        secret_from: settings.secret.map(|(place, _)| place.to_string()),
        has_secret,
    };
    ui::stdout(global.output).record(&status)?;
    if status.client_id.is_none() || !has_secret {
        print_message("hint: store credentials with `keepnet auth login`");
        return Ok(ExitStatus::Configuration);
    }
    Ok(ExitStatus::Done)
}

/// The credentials in use. The secret is not among them.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Status {
    /// The profile; null if none is used.
    profile: Option<String>,
    /// The address of the service.
    base_url: String,
    /// The id of the REST API client; null if it is not set.
    client_id: Option<String>,
    /// Where the id comes from.
    client_id_from: Option<String>,
    /// Where the secret comes from; null if nothing says so.
    secret_from: Option<String>,
    /// Whether there is a secret: a variable that is set, a file that exists, or a command.
    has_secret: bool,
}

impl Record for Status {
    const COLUMNS: &'static [Column] = &[
        Column::name("profile"),
        Column::text("base_url"),
        Column::whole("client_id"),
        Column::whole("client_id_from"),
        Column::whole("secret_from"),
        Column::whole("has_secret"),
    ];
}

//! `config list`: each setting, its value, and where it comes from.

use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::listing::ListOptions;
use crate::config::{GlobalOptions, ResolvedSettings, Setting};
use crate::exit::Result;
use crate::ui::{Column, Record, print_message};

pub(super) fn run(global: &GlobalOptions, options: &ListOptions) -> Result {
    let settings = ResolvedSettings::find(global)?;
    let secret = settings
        .secret
        .map(|(place, source)| Setting::new(place.to_string(), source));
    let settings = [
        ("config_file", settings.config_file),
        ("profile", settings.profile),
        ("base_url", Some(settings.base_url)),
        ("client_id", settings.client_id),
        ("secret", secret),
        ("company", settings.company),
        ("proxy", settings.proxy),
        ("root_certificates", settings.root_certificates),
        ("identity", settings.identity),
        ("state_folder", settings.state_folder),
    ];
    for (name, setting) in &settings {
        let noun = match *name {
            "base_url" => "base URL",
            "client_id" => "client id",
            _ => "customer",
        };
        let conflict = setting.as_ref().and_then(|it| it.conflict_text(noun));
        if let Some(conflict) = conflict {
            print_message(&format!(
                "warning: {conflict}: a command that needs it stops"
            ));
        }
    }
    let shown = settings.map(|(name, setting)| ShownSetting::new(name, setting));
    options.print(global.output, shown.into())
}

/// A setting.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ShownSetting {
    /// Its name.
    name: &'static str,
    /// Its value; null if it is not set. Of the secret, only the place is shown.
    value: Option<String>,
    /// Where the value comes from, such as `argument --company`, `environment KEEPNET_COMPANY_ID`,
    /// `profile acme` or `default`; null without a value.
    source: Option<String>,
    /// Another source and its value, where nothing says which of the two goes first, such as `profile
    /// acme: Acme LLC`. A command that needs the setting stops with exit code 4, unless both values are
    /// the same customer. Null if there is none.
    conflict: Option<String>,
}

impl ShownSetting {
    fn new(name: &'static str, setting: Option<Setting>) -> ShownSetting {
        ShownSetting {
            name,
            source: setting.as_ref().map(|it| it.source.to_string()),
            conflict: setting
                .as_ref()
                .and_then(|it| it.conflict.as_ref())
                .map(|other| format!("{}: {}", other.source, other.value)),
            value: setting.map(|it| it.value),
        }
    }
}

impl Record for ShownSetting {
    const COLUMNS: &'static [Column] = &[
        Column::whole("name"),
        Column::text("value"),
        Column::text("source"),
        Column::text("conflict"),
    ];
    // A warning says a conflict.
    const TABLE_COLUMNS: usize = 3;
}

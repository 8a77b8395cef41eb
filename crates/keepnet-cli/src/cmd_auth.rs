//! `auth check`: who is signed in.

use jiff::Timestamp;
use serde::Serialize;

use crate::arguments::Global;
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};

pub(crate) async fn check(global: &Global) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let account = context.reseller().await?.account().await?;
    let expires_at = Timestamp::try_from(account.token_expires_at);
    output::stdout(global.output).record(&SignedIn {
        client_id: context.client_id().to_owned(),
        base_url: context.base_url().to_owned(),
        role: account.role,
        company_id: account.company_id,
        company_name: account.company_name,
        permissions: account.permissions,
        token_expires_at: expires_at.ok().map(|time| {
            let seconds = Timestamp::from_second(time.as_second()).unwrap_or(time);
            seconds.to_string()
        }),
    })?;
    Ok(Status::Done)
}

#[derive(Serialize)]
struct SignedIn {
    client_id: String,
    base_url: String,
    role: Option<String>,
    company_id: Option<String>,
    company_name: Option<String>,
    permissions: usize,
    token_expires_at: Option<String>,
}

impl Record for SignedIn {
    const COLUMNS: &'static [&'static str] = &[
        "client_id",
        "base_url",
        "role",
        "company_id",
        "company_name",
        "permissions",
        "token_expires_at",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.client_id.clone(),
            self.base_url.clone(),
            self.role.clone().unwrap_or_default(),
            self.company_id.clone().unwrap_or_default(),
            self.company_name.clone().unwrap_or_default(),
            self.permissions.to_string(),
            self.token_expires_at.clone().unwrap_or_default(),
        ]
    }
}

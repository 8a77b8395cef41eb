//! The account that is signed in.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Context;
use crate::exit::Result;
use crate::ui::{Column, Record};

/// Who is signed in, as `auth check` and `auth login` print it.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct SignedIn {
    /// The id of the credential.
    client_id: String,
    /// The address of the service.
    base_url: String,
    /// The role, such as `Reseller`.
    role: Option<String>,
    /// The resource id of the credential's own company.
    company_id: Option<String>,
    /// That company's name.
    company_name: Option<String>,
    /// How many operations the credential may call; 0 where the service does not say.
    permissions: usize,
    /// When the token ends, in UTC; the next call after it gets a new one by itself.
    token_expires_at: Option<String>,
}

impl SignedIn {
    /// Signs in.
    pub(super) async fn of(context: &Context) -> Result<SignedIn> {
        let account = context.reseller().await?.account().await?;
        let expires_at = Timestamp::try_from(account.token_expires_at).ok();
        let expires_at = expires_at.and_then(|time| Timestamp::from_second(time.as_second()).ok());
        Ok(SignedIn {
            client_id: context.client_id.clone(),
            base_url: context.base_url.clone(),
            role: account.role,
            company_id: account.company_id,
            company_name: account.company_name,
            permissions: account.permissions,
            token_expires_at: expires_at.map(|time| time.to_string()),
        })
    }
}

impl Record for SignedIn {
    const COLUMNS: &'static [Column] = &[
        Column::whole("client_id"),
        Column::text("base_url"),
        Column::whole("role"),
        Column::whole("company_id"),
        Column::name("company_name"),
        Column::whole("permissions"),
        Column::whole("token_expires_at"),
    ];
}

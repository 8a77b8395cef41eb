//! What the access token says about its owner.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::Operation;

/// What the service says about the token in use.
///
/// The claims are read from the token without checking its signature: good for showing who is
/// signed in, no ground for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenInfo {
    /// When the token ends.
    pub expires_at: SystemTime,
    /// What the credential may do, such as `companies/search|POST`: the path without `/api/`, a
    /// bar, the method. Empty where the service sent no list.
    pub permissions: Vec<String>,
    /// The resource id of the company the credential belongs to.
    pub company_id: Option<String>,
    /// That company's name.
    pub company_name: Option<String>,
    /// The role, such as `Reseller`.
    pub role: Option<String>,
}

impl TokenInfo {
    pub(crate) fn new(token: &str, expires_at: SystemTime, permissions: Vec<String>) -> Self {
        let claims = claims(token);
        let claim = |name: &str| match claims.as_ref()?.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(texts) => Some(texts.first()?.as_str()?.to_owned()),
            _ => None,
        };
        Self {
            expires_at,
            permissions,
            company_id: claim("user_company_resourceid"),
            company_name: claim("user_company_name"),
            role: claim("role"),
        }
    }

    /// Whether the list of permissions holds the operation; `None` where the service sent no list.
    #[must_use]
    pub fn permits(&self, operation: &Operation) -> Option<bool> {
        let allows = |entry: &String| {
            entry.rsplit_once('|').is_some_and(|(path, method)| {
                method.eq_ignore_ascii_case(operation.method) && same_route(path, operation.path)
            })
        };
        (!self.permissions.is_empty()).then(|| self.permissions.iter().any(allows))
    }
}

/// Compares a path of the list, which leaves out `/api/`, with the template of an operation. The
/// service routes without regard to case and to the names of placeholders.
fn same_route(entry: &str, template: &str) -> bool {
    let bare = |path: &str| {
        let path = path.trim_matches('/').to_ascii_lowercase();
        path.strip_prefix("api/")
            .map_or(path.clone(), str::to_owned)
    };
    let (entry, template) = (bare(entry), bare(template));
    let same =
        |one: &str, other: &str| one == other || one.starts_with('{') && other.starts_with('{');
    entry.split('/').count() == template.split('/').count()
        && entry
            .split('/')
            .zip(template.split('/'))
            .all(|(one, other)| same(one, other))
}

/// The payload of a JWT, or `None` for an opaque token.
fn claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

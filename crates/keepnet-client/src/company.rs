//! Which customer company a call belongs to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::header::HeaderValue;
use serde::{Deserialize, Serialize};

/// The resource id of a customer company, such as `xC5kfGz7w2Nz`. Upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyId(Arc<str>);

/// The text is not a company id: empty, longer than 64 characters, or not plain letters, digits,
/// `-` and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a company id: expected 1 to 64 letters, digits, '-' or '_'")]
pub struct InvalidCompanyId;

impl CompanyId {
    /// Checks that the text can be a company id; it says nothing about whether the company exists.
    ///
    /// # Errors
    ///
    /// [`InvalidCompanyId`] where the text could not be sent as a header or a path segment.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidCompanyId> {
        let id = id.into();
        let plain = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if plain && (1..=64).contains(&id.len()) {
            Ok(Self(id.into()))
        } else {
            Err(InvalidCompanyId)
        }
    }

    /// The id as the service writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl fmt::Display for CompanyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CompanyId {
    type Err = InvalidCompanyId;

    fn from_str(id: &str) -> Result<Self, InvalidCompanyId> {
        Self::new(id)
    }
}

impl TryFrom<String> for CompanyId {
    type Error = InvalidCompanyId;

    fn try_from(id: String) -> Result<Self, InvalidCompanyId> {
        Self::new(id)
    }
}

impl From<CompanyId> for String {
    fn from(id: CompanyId) -> Self {
        id.0.as_ref().to_owned()
    }
}

/// Which company: its id and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CompanyRef {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl CompanyRef {
    /// A company as the service names it.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for CompanyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.id)
    }
}

//! Whether a user is active, inactive or deleted.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether a user is active, inactive or deleted. As text it is the word of the service in lower case,
/// such as `active`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Receives trainings and simulations, and counts towards the licence.
    Active,
    /// Receives nothing until activated again, and does not count towards the licence.
    Inactive,
    /// Deleted: receives nothing, is in no group, and is kept for the history.
    Deleted,
    /// Another word of the service, in lower case; empty if it says nothing.
    Other(String),
}

impl UserStatus {
    /// The word, such as `active`.
    pub fn as_str(&self) -> &str {
        match self {
            UserStatus::Active => "active",
            UserStatus::Inactive => "inactive",
            UserStatus::Deleted => "deleted",
            UserStatus::Other(word) => word,
        }
    }

    /// Reads what a response says of a user. The flag decides, because the word of a deleted user may
    /// still say active. One endpoint of the service says `Passive` for inactive, and some say 1 or 0.
    pub(crate) fn read(is_deleted: bool, word: Option<&str>) -> UserStatus {
        match is_deleted {
            true => UserStatus::Deleted,
            false => UserStatus::from(word.unwrap_or_default()),
        }
    }

    /// Whether the user is active; `None` if the service does not say it.
    pub(crate) fn is_active(&self) -> Option<bool> {
        match self {
            UserStatus::Active => Some(true),
            UserStatus::Inactive => Some(false),
            UserStatus::Deleted | UserStatus::Other(_) => None,
        }
    }
}

impl From<&str> for UserStatus {
    fn from(word: &str) -> UserStatus {
        let word = word.trim();
        let is = |known: &[&str]| known.iter().any(|it| word.eq_ignore_ascii_case(it));
        match () {
            () if is(&["active", "1"]) => UserStatus::Active,
            () if is(&["inactive", "passive", "0"]) => UserStatus::Inactive,
            () if is(&["deleted"]) => UserStatus::Deleted,
            () => UserStatus::Other(word.to_lowercase()),
        }
    }
}

impl Default for UserStatus {
    /// Nothing is known.
    fn default() -> UserStatus {
        UserStatus::Other(String::new())
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for UserStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for UserStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UserStatus, D::Error> {
        let word = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(UserStatus::from(&*word))
    }
}

impl JsonSchema for UserStatus {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UserStatus".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_the_service_is_one_status() {
        let check = |is_deleted: bool, word: Option<&str>, expected: UserStatus| {
            assert_eq!(UserStatus::read(is_deleted, word), expected, "{word:?}");
        };
        check(false, Some("Active"), UserStatus::Active);
        check(false, Some("1"), UserStatus::Active);
        check(false, Some("Inactive"), UserStatus::Inactive);
        check(false, Some("Passive"), UserStatus::Inactive);
        check(false, Some("0"), UserStatus::Inactive);
        check(true, Some("Active"), UserStatus::Deleted);
        check(false, Some("DELETED"), UserStatus::Deleted);
        check(false, Some("Locked"), UserStatus::Other("locked".into()));
        check(false, None, UserStatus::default());
    }

    #[test]
    fn status_is_written_as_its_word() {
        for word in ["active", "inactive", "deleted", "locked", ""] {
            let text = format!("{word:?}");
            let status: UserStatus = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&status).unwrap(), text);
        }
    }
}

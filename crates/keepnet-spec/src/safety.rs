//! The retry class of an operation.

use std::fmt;

use crate::word_list::WordList;

/// Whether a call may be sent again when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Changes nothing: searches, exports, downloads and plain GETs.
    Read,
    /// Ends in the same state however often it is sent: PUT and DELETE of one thing by id.
    Idempotent,
    /// Everything else, and everything unknown.
    Once,
}

/// First words of names whose operations only read, whatever their method.
const READING: WordList = WordList("calculate check count download export get list search");
/// Words of GETs that change something: they sign out, render a new file, or start work on the server.
const ACTING_GETS: WordList =
    WordList("authorize callback generate logout reanalyze revoke sync translate");

impl Safety {
    /// The class of an operation, from its method, its path and its chosen name.
    pub fn of(method: &str, path: &str, name: &str) -> Safety {
        let first_word = name.split('_').next().unwrap_or_default();
        let mut words = path.split(['/', '-']);
        match method.to_ascii_lowercase().as_str() {
            "get" if words.any(|word| ACTING_GETS.contains(word)) => Safety::Once,
            "get" => Safety::Read,
            "post" if READING.contains(first_word) => Safety::Read,
            "put" | "delete" if path.ends_with('}') => Safety::Idempotent,
            _ => Safety::Once,
        }
    }

    /// `read`, `idempotent` or `once`.
    pub fn as_str(self) -> &'static str {
        match self {
            Safety::Read => "read",
            Safety::Idempotent => "idempotent",
            Safety::Once => "once",
        }
    }

    /// The class of that name; an unknown name is [`Safety::Once`].
    pub fn from_name(name: &str) -> Safety {
        match name {
            "read" => Safety::Read,
            "idempotent" => Safety::Idempotent,
            _ => Safety::Once,
        }
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_operation_is_sent_once() {
        for (method, path, name, expected) in [
            ("GET", "/api/jobs", "list_jobs", Safety::Read),
            ("GET", "/api/account/logout", "logout_account", Safety::Once),
            (
                "GET",
                "/api/notified-emails/{id}/reanalyze",
                "reanalyze_notified_email",
                Safety::Once,
            ),
            (
                "POST",
                "/api/target-users/search",
                "search_target_users",
                Safety::Read,
            ),
            (
                "POST",
                "/api/target-users/search/export",
                "export_target_users",
                Safety::Read,
            ),
            (
                "POST",
                "/api/target-users",
                "create_target_user",
                Safety::Once,
            ),
            (
                "POST",
                "/api/target-users/upload",
                "upload_target_users",
                Safety::Once,
            ),
            (
                "PUT",
                "/api/target-users/{resourceId}",
                "update_target_user",
                Safety::Idempotent,
            ),
            (
                "PUT",
                "/api/target-users/{transactionId}/update",
                "update_target_users",
                Safety::Once,
            ),
            (
                "DELETE",
                "/api/target-users/bulk-delete",
                "bulk_delete_target_users",
                Safety::Once,
            ),
            ("PATCH", "/api/x/{id}", "update_x", Safety::Once),
            ("BREW", "/api/x", "brew_x", Safety::Once),
        ] {
            assert_eq!(Safety::of(method, path, name), expected, "{method} {path}");
        }
        assert_eq!(Safety::from_name("something new"), Safety::Once);
    }
}

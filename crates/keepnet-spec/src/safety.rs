//! The retry class of an operation.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

use crate::openapi;
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

impl Safety {
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

/// Verbs with which a text says that an operation changes something.
const ACTING_VERBS: WordList = WordList(
    "
    activate add approve archive assign cancel create delete disable enable generate import insert
    install invite notify publish register reject remove reset restart restore revoke save send set
    start stop store sync synchronize update upload
    ",
);

/// `retry-classes.toml`: the operations whose method does not say whether they may be repeated.
///
/// An operation is `METHOD /path`; the names of its path parameters do not matter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "File")]
pub struct RetryClasses {
    file: File,
    /// The routes of the operations that only read although their method is not GET.
    reads: BTreeSet<String>,
    /// The routes of the GETs that change something.
    acting_gets: BTreeSet<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    reads: Vec<String>,
    acting_gets: Vec<String>,
    misdescribed_reads: Vec<String>,
}

impl From<File> for RetryClasses {
    fn from(file: File) -> Self {
        let routes = |places: &[String]| places.iter().map(|place| openapi::route(place)).collect();
        RetryClasses {
            reads: routes(&file.reads),
            acting_gets: routes(&file.acting_gets),
            file,
        }
    }
}

impl RetryClasses {
    /// The class of an operation; what is not known to be repeatable is [`Safety::Once`].
    pub fn of(&self, method: &str, path: &str) -> Safety {
        let route = openapi::route(&openapi::place(method, path));
        match method.to_ascii_lowercase().as_str() {
            "get" if self.acting_gets.contains(&route) => Safety::Once,
            "get" => Safety::Read,
            _ if self.reads.contains(&route) => Safety::Read,
            "put" | "delete" if path.ends_with('}') => Safety::Idempotent,
            _ => Safety::Once,
        }
    }

    /// The listed operations that the document does not have.
    pub fn unpublished(&self, document: &Value) -> Vec<&str> {
        let published: BTreeSet<String> = openapi::operations(document)
            .map(|(method, path, _)| openapi::route(&openapi::place(method, path)))
            .collect();
        let file = &self.file;
        let listed = [&file.reads, &file.acting_gets, &file.misdescribed_reads];
        let listed = listed.into_iter().flatten().map(String::as_str);
        listed
            .filter(|place| !published.contains(&openapi::route(place)))
            .collect()
    }

    /// The reads whose text in the document says that they change something, each with the problem.
    pub(crate) fn contradicted(&self, document: &Value) -> Vec<(String, String)> {
        let misdescribed = self.file.misdescribed_reads.iter();
        let misdescribed: BTreeSet<String> =
            misdescribed.map(|place| openapi::route(place)).collect();
        let contradicted = openapi::operations(document).filter_map(|(method, path, operation)| {
            let place = openapi::place(method, path);
            if self.of(method, path) != Safety::Read || misdescribed.contains(&openapi::route(&place)) {
                return None;
            }
            let mut texts = ["summary", "description"].into_iter();
            let verb = texts.find_map(|key| acting_verb(openapi::text(operation, key)))?;
            Some((
                place,
                format!(
                    "it is sent again after a failure, but the document says {verb:?}; in retry-classes.toml, add a GET to acting_gets or delete the line of another method, or add the operation to misdescribed_reads"
                ),
            ))
        });
        contradicted.collect()
    }
}

/// The first verb of a text that says that something changes: `Creates` anywhere in it, or `create` as one of the first
/// two words of a sentence. Elsewhere, `create` describes something else, as in a form for creating.
fn acting_verb(text: &str) -> Option<String> {
    text.split(['.', '\n', ';']).find_map(|sentence| {
        let words = sentence.split(|letter: char| !letter.is_alphabetic());
        let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
        words.enumerate().find_map(|(index, word)| {
            let base = word
                .strip_suffix('s')
                .filter(|base| ACTING_VERBS.contains(base));
            let acts = base.is_some() || (index < 2 && ACTING_VERBS.contains(&word));
            acts.then_some(word)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn classes() -> RetryClasses {
        serde_json::from_value(json!({
            "reads": ["POST /api/users/search", "POST /api/users/{id}/groups", "POST /api/info"],
            "acting_gets": ["GET /api/account/logout"],
            "misdescribed_reads": ["POST /api/info"],
        }))
        .unwrap()
    }

    #[test]
    fn unknown_operation_is_sent_once() {
        for (method, path, expected) in [
            ("GET", "/api/jobs", Safety::Read),
            ("GET", "/api/account/logout", Safety::Once),
            ("POST", "/api/users/search", Safety::Read),
            ("POST", "/api/users/{resourceId}/groups", Safety::Read),
            ("POST", "/api/roles/search", Safety::Once),
            ("POST", "/api/users", Safety::Once),
            ("PUT", "/api/users/{resourceId}", Safety::Idempotent),
            ("DELETE", "/api/users/{resourceId}", Safety::Idempotent),
            ("PUT", "/api/users/{transactionId}/update", Safety::Once),
            ("DELETE", "/api/users/bulk-delete", Safety::Once),
            ("PATCH", "/api/users/{id}", Safety::Once),
            ("BREW", "/api/users", Safety::Once),
        ] {
            assert_eq!(classes().of(method, path), expected, "{method} {path}");
        }
        assert_eq!(Safety::from_name("something new"), Safety::Once);
    }

    #[test]
    fn text_that_contradicts_a_read_is_refused() {
        let check = |method: &str, path: &str, summary: &str, expected: Option<&str>| {
            let document = json!({"paths": {path: {method: {"summary": summary}}}});
            let contradicted = classes().contradicted(&document).into_iter();
            let verbs: Vec<_> = contradicted
                .filter_map(|(_, problem)| problem.split('"').nth(1).map(str::to_owned))
                .collect();
            assert_eq!(verbs.first().map(String::as_str), expected, "{summary}");
        };
        for (method, path, summary, expected) in [
            ("get", "/api/x", "Deletes the given entry", Some("deletes")),
            (
                "get",
                "/api/x",
                "Finds the entry and sends it",
                Some("sends"),
            ),
            ("get", "/api/x", "Bulk delete entries", Some("delete")),
            ("get", "/api/x", "Found. Send it", Some("send")),
            ("get", "/api/x", "Details of the create form", None),
            ("get", "/api/account/logout", "Removes the session", None),
            (
                "post",
                "/api/users/search",
                "Creates a user",
                Some("creates"),
            ),
            ("post", "/api/users", "Creates a user", None),
            ("post", "/api/info", "Deletes a user", None),
        ] {
            check(method, path, summary, expected);
        }
    }

    #[test]
    fn listed_operation_that_is_gone_is_found() {
        let document = json!({"paths": {
            "/api/users/search": {"post": {}},
            "/api/users/{userId}/groups": {"post": {}},
            "/api/account/logout": {"get": {}},
        }});
        assert_eq!(
            classes().unpublished(&document),
            ["POST /api/info", "POST /api/info"]
        );
    }
}

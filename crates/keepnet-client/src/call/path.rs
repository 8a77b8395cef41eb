//! The path of a call, from the template and its parameters.

use std::fmt::{Display, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Error, ErrorKind, Operation};

/// Everything but the characters that never need an escape (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Fills the placeholders of the template in their order.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] for a parameter that is empty, `.` or `..`: every URL library would make
/// another path of it, and a DELETE of one thing would become a DELETE of all.
pub(super) fn fill(operation: &Operation, parameters: &[&dyn Display]) -> Result<String, Error> {
    let mut parameters = parameters.iter();
    let mut path = String::with_capacity(operation.path.len() + 16);
    for segment in operation.path.split('/').skip(1) {
        path.push('/');
        let Some(name) = segment
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'))
        else {
            path.push_str(segment);
            continue;
        };
        let value = parameters.next().map(ToString::to_string);
        let value = value.unwrap_or_default();
        if matches!(value.as_str(), "" | "." | "..") {
            let problem = format!("the path parameter {name} is empty, or a dot segment");
            return Err(Error::new(ErrorKind::Invalid, problem)
                .with_action(operation.id)
                .with_hint("give the id of one resource"));
        }
        let _ = write!(path, "{}", utf8_percent_encode(&value, SEGMENT));
    }
    Ok(path)
}

/// A path that a caller wrote out, with or without a query.
///
/// # Errors
///
/// [`ErrorKind::Invalid`] for a path that does not fit the template.
pub(super) fn check(operation: &Operation, path: &str) -> Result<String, Error> {
    let (bare, _) = path.split_once('?').unwrap_or((path, ""));
    // URL libraries take an escaped dot for a dot, and a backslash for a slash.
    let is_hidden = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(plain.as_str(), "." | "..") || segment.contains('\\')
    };
    if operation.fits(bare) && !bare.split('/').any(is_hidden) {
        return Ok(path.to_owned());
    }
    let problem = format!("the path does not fit {}", operation.path);
    Err(Error::new(ErrorKind::Invalid, problem).with_action(operation.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Safety, Transfer, Wrapping};

    const OPERATION: Operation = Operation {
        id: "delete_thing",
        method: "DELETE",
        path: "/api/things/{id}/parts/{part}",
        area: "things",
        safety: Safety::Idempotent,
        transfer: Transfer::Message,
        wrapping: Wrapping::Envelope,
    };

    #[test]
    fn parameters_are_escaped_and_dots_refused() {
        for (id, expected) in [
            ("a1", Some("/api/things/a1/parts/7")),
            ("a/b", Some("/api/things/a%2Fb/parts/7")),
            ("a?b#c d", Some("/api/things/a%3Fb%23c%20d/parts/7")),
            ("%2e%2e", Some("/api/things/%252e%252e/parts/7")),
            ("...", Some("/api/things/.../parts/7")),
            ("é", Some("/api/things/%C3%A9/parts/7")),
            ("", None),
            (".", None),
            ("..", None),
        ] {
            let path = fill(&OPERATION, &[&id, &7]);
            assert_eq!(path.as_deref().ok(), expected, "{id:?}");
            if let Err(error) = path {
                assert_eq!(error.kind(), ErrorKind::Invalid);
                assert!(error.to_string().contains("parameter id"), "{error}");
            }
        }
    }

    #[test]
    fn written_path_must_fit_the_template() {
        for (path, fits) in [
            ("/api/things/a1/parts/7", true),
            ("/API/Things/a1/parts/7?x=1", true),
            ("/api/things/a1/parts", false),
            ("/api/things//parts/7", false),
            ("/api/things/../parts/7", false),
            ("/api/things/%2E./parts/7", false),
            ("/api/things/a\\b/parts/7", false),
            ("https://elsewhere.example/api/things/a1/parts/7", false),
        ] {
            assert_eq!(check(&OPERATION, path).is_ok(), fits, "{path}");
        }
    }
}

//! The operation that a method and a path belong to.

use http::Method;
use keepnet_client::{OPERATIONS, Operation, Transfer};

use crate::exit::{CliError, Result};

/// The number of operations that are suggested for an unknown path.
const SUGGESTIONS: usize = 3;

/// Finds the operation of a method and a path with its query.
///
/// # Errors
///
/// If the path could lead to another address, or belongs to no operation.
pub(super) fn find(method: &str, path: &str) -> Result<&'static Operation> {
    let name = method.to_ascii_uppercase();
    let known = OPERATIONS.iter().find(|known| known.method == name);
    let Some(method) = known.and_then(|known| known.method.parse::<Method>().ok()) else {
        return Err(
            CliError::usage(format!("{method:?} is not a supported method"))
                .with_hint("use GET, POST, PUT, PATCH or DELETE"),
        );
    };
    let route = path.split('?').next().unwrap_or_default();
    if let Some(problem) = path_problem(route) {
        return Err(CliError::usage(format!("{path:?} {problem}")).with_hint(
            "give only the path, such as /api/companies/my; --base-url sets the address of the \
             service",
        ));
    }
    let Some(operation) = Operation::matching(&method, route) else {
        let suggestions = nearest(&method, route).join(", or ");
        return Err(
            CliError::usage(format!("there is no operation {method} {route}"))
                .with_hint(format!("did you mean {suggestions}?")),
        );
    };
    Ok(operation)
}

/// Whether the body of the operation is a form: with files, or url-encoded as the token request is.
pub(super) fn takes_form(operation: &Operation) -> bool {
    operation.transfer == Transfer::Upload || operation.path == "/connect/token"
}

/// What makes a path unsafe to send.
fn path_problem(route: &str) -> Option<&'static str> {
    let decoded = route.to_ascii_lowercase().replace("%2e", ".");
    let mut segments = decoded.trim_matches('/').split('/');
    if route.contains("://") || route.starts_with("//") {
        Some("is a URL, not a path")
    } else if route.contains(|letter: char| letter.is_control() || "\\#".contains(letter)) {
        Some("contains a character that a path cannot have")
    } else if segments.any(|segment| matches!(segment, "." | "..")) {
        Some("contains a segment `.` or `..`, which leads to another path")
    } else {
        None
    }
}

/// The operations with the most similar paths; those of the method come before others.
fn nearest(method: &Method, route: &str) -> Vec<String> {
    let mut operations: Vec<&Operation> = OPERATIONS.iter().collect();
    operations.sort_by_cached_key(|operation| {
        let is_other_method = operation.method != method.as_str();
        let distance = 2 * distance(operation.path, route) + usize::from(is_other_method);
        (distance, operation.id)
    });
    let nearest = operations.iter().take(SUGGESTIONS);
    nearest
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect()
}

/// The number of different letters, segment by segment. A placeholder matches any segment at the
/// small price of 2, so that an exact segment is preferred.
fn distance(template: &str, route: &str) -> usize {
    let mut template = template.trim_matches('/').split('/');
    let mut route = route.trim_matches('/').split('/');
    let mut sum = 0;
    loop {
        sum += match (template.next(), route.next()) {
            (None, None) => return sum,
            (Some(placeholder), Some(_)) if placeholder.starts_with('{') => 2,
            (Some(expected), Some(segment)) => {
                strsim::levenshtein(&expected.to_lowercase(), &segment.to_lowercase())
            }
            (Some(missing), None) | (None, Some(missing)) => missing.len().min(8),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::ExitStatus;

    #[test]
    fn paths_find_their_operation_or_a_reason() {
        let check = |method: &str, path: &str, expected: Result<&str, &str>| match (
            find(method, path),
            expected,
        ) {
            (Ok(operation), Ok(id)) => assert_eq!(operation.id, id),
            (Err(error), Err(expected)) => {
                assert_eq!(error.status(), ExitStatus::Usage);
                let text = error.render(false);
                assert!(text.contains(expected), "{text}");
            }
            (found, _) => panic!("{method} {path}: {found:?}"),
        };
        check("get", "/api/companies/my", Ok("list_accessible_companies"));
        check(
            "GET",
            "/api/Companies/MY?x=1%20&y=..",
            Ok("list_accessible_companies"),
        );
        check("GET", "api/jobs/jOb", Ok("get_job"));
        check("POST", "/api/companies/search", Ok("search_companies"));
        check("LIST", "/api/jobs", Err("is not a supported method"));
        check(
            "GET",
            "https://api.keepnetlabs.com/api/jobs",
            Err("is a URL"),
        );
        check("GET", "//elsewhere.example/api/jobs", Err("is a URL"));
        check(
            "GET",
            "/api/jobs/../companies/my",
            Err("leads to another path"),
        );
        check("GET", "/api/jobs/%2E%2e", Err("leads to another path"));
        check("GET", "/api/jobs#x", Err("contains a character"));
        check("GET", "/api/jobs/\u{1b}", Err("contains a character"));
        check(
            "POST",
            "/api/target-users/upload",
            Ok("upload_target_users"),
        );
        check("POST", "/connect/token", Ok("request_access_token"));
        check(
            "PATCH",
            "/api/companies/my",
            Err("did you mean GET /api/companies/my, "),
        );
        check(
            "GET",
            "/api/company/my",
            Err("did you mean GET /api/companies/my, or "),
        );
        check("GET", "/api/companies/search", Ok("get_company"));
        check("GET", "", Err("did you mean"));
    }

    #[test]
    fn own_path_finds_each_operation() {
        for operation in OPERATIONS {
            let found = find(operation.method, operation.path).unwrap();
            assert_eq!(
                (found.method, found.path),
                (operation.method, operation.path)
            );
        }
    }
}

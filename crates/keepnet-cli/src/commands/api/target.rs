//! Which operation a method and a path name.

use http::Method;
use keepnet_client::{OPERATIONS, Operation, Transfer};

use crate::exit::{Failure, Status};

/// So many operations are named where the path is of none.
const NAMED: usize = 3;

/// An operation and the path it is called by.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) method: Method,
    /// With its query.
    pub(super) path: &'a str,
    pub(super) operation: &'static Operation,
}

impl Target<'_> {
    /// # Errors
    ///
    /// Where the path could lead anywhere else than it says, and where it is of no operation that can
    /// be called this way.
    pub(super) fn of<'a>(method: &str, path: &'a str) -> Result<Target<'a>, Failure> {
        let usage = |problem: String| Failure::new(Status::Usage, problem);
        let upper = method.to_ascii_uppercase();
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&upper.as_str());
        let method = Method::from_bytes(upper.as_bytes())
            .ok()
            .filter(|_| known)
            .ok_or_else(|| {
                usage(format!("{method:?} is no method"))
                    .hint("use GET, POST, PUT, PATCH or DELETE")
            })?;
        let route = path.split('?').next().unwrap_or_default();
        if let Some(problem) = what_is_wrong_with(route) {
            return Err(usage(format!("{path:?} {problem}")).hint(
                "give the path alone, such as /api/companies/my; --base-url says where the service is",
            ));
        }
        let Some(operation) = Operation::matching(&method, route) else {
            return Err(
                usage(format!("there is no operation {method} {route}")).hint(format!(
                    "did you mean {}?",
                    nearest(&method, route).join(", or ")
                )),
            );
        };
        if operation.transfer == Transfer::Upload {
            return Err(usage(format!(
                "{method} {route} takes a form with files, which `api` does not send"
            ))
            .hint(
                "`keepnet users import` sends staff lists; the library's raw client sends forms",
            ));
        }
        if !operation.path.starts_with("/api/") {
            return Err(usage(format!("{method} {route} gives out tokens"))
                .hint("the program signs in by itself; `keepnet auth check` shows as whom"));
        }
        Ok(Target {
            method,
            path,
            operation,
        })
    }
}

fn what_is_wrong_with(route: &str) -> Option<&'static str> {
    let encoded = route.to_ascii_lowercase().replace("%2e", ".");
    let mut segments = encoded.trim_matches('/').split('/');
    if route.contains("://") || route.starts_with("//") {
        Some("is an address, not a path")
    } else if route.contains(|letter: char| letter.is_control() || "\\#".contains(letter)) {
        Some("holds a letter that no path has")
    } else if segments.any(|segment| matches!(segment, "." | "..")) {
        Some("leads somewhere else than it says")
    } else {
        None
    }
}

/// The operations whose paths are most like this one; those of the method come before others.
fn nearest(method: &Method, route: &str) -> Vec<String> {
    let mut known: Vec<(usize, &Operation)> = OPERATIONS
        .iter()
        .filter(|operation| operation.transfer != Transfer::Upload)
        .map(|operation| {
            let other_method = usize::from(operation.method != method.as_str());
            (
                2 * distance(operation.path, route) + other_method,
                operation,
            )
        })
        .collect();
    known.sort_by_key(|(distance, operation)| (*distance, operation.id));
    let named = known.into_iter().take(NAMED);
    named
        .map(|(_, operation)| format!("{} {}", operation.method, operation.path))
        .collect()
}

/// How many letters differ, segment by segment; a placeholder takes any segment for a small price.
fn distance(template: &str, route: &str) -> usize {
    let mut template = template.trim_matches('/').split('/');
    let mut route = route.trim_matches('/').split('/');
    let mut sum = 0;
    loop {
        sum += match (template.next(), route.next()) {
            (None, None) => return sum,
            (Some(slot), Some(_)) if slot.starts_with('{') => 2,
            (Some(slot), Some(segment)) => {
                strsim::levenshtein(&slot.to_lowercase(), &segment.to_lowercase())
            }
            (Some(left), None) | (None, Some(left)) => left.len().min(8),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_and_a_path_name_an_operation_or_say_why_not() {
        let check = |method: &str, path: &str, expected: Result<&str, &str>| match (
            Target::of(method, path),
            expected,
        ) {
            (Ok(target), Ok(id)) => {
                assert_eq!((target.operation.id, target.path), (id, path));
            }
            (Err(failure), Err(expected)) => {
                assert_eq!(failure.status(), Status::Usage);
                let text = failure.text(false);
                assert!(text.contains(expected), "{text}");
            }
            (found, _) => panic!("{method} {path}: {found:?}"),
        };
        check("get", "/api/companies/my", Ok("list_my_companies"));
        check(
            "GET",
            "/api/Companies/MY?x=1%20&y=..",
            Ok("list_my_companies"),
        );
        check("GET", "api/jobs/jOb", Ok("get_job"));
        check("POST", "/api/companies/search", Ok("search_companies"));
        check("LIST", "/api/jobs", Err("is no method"));
        check(
            "GET",
            "https://api.keepnetlabs.com/api/jobs",
            Err("is an address"),
        );
        check("GET", "//elsewhere.example/api/jobs", Err("is an address"));
        check(
            "GET",
            "/api/jobs/../companies/my",
            Err("leads somewhere else"),
        );
        check("GET", "/api/jobs/%2E%2e", Err("leads somewhere else"));
        check("GET", "/api/jobs#x", Err("holds a letter"));
        check("GET", "/api/jobs/\u{1b}", Err("holds a letter"));
        check(
            "POST",
            "/api/target-users/upload",
            Err("takes a form with files"),
        );
        check("POST", "/connect/token", Err("gives out tokens"));
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
    fn every_operation_can_be_called_by_its_own_path() {
        for operation in OPERATIONS {
            if operation.transfer == Transfer::Upload || operation.path == "/connect/token" {
                continue;
            }
            let target = Target::of(operation.method, operation.path).unwrap();
            let found = target.operation;
            assert_eq!(
                (found.method, found.path),
                (operation.method, operation.path)
            );
        }
    }
}

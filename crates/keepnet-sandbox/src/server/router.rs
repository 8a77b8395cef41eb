//! Finding the operation for a method and a path.

use std::collections::HashMap;
use std::sync::LazyLock;

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::call::Params;
use crate::operations;
use crate::route::Route;

pub(super) enum RouteMatch {
    Operation {
        route: &'static Route,
        params: Params,
    },
    /// The path exists, but only with these methods.
    OtherMethods(String),
    UnknownPath,
}

/// The operations by the second segment of their paths, such as `companies` of `/api/companies/search`: a
/// path is compared with few of the 949 templates.
pub(super) struct Router(HashMap<String, Vec<&'static Route>>);

impl Router {
    /// All operations of the service.
    pub(super) fn of_service() -> &'static Router {
        static ROUTER: LazyLock<Router> = LazyLock::new(|| Router::new(operations::all()));
        &ROUTER
    }

    fn new(routes: &'static [Route]) -> Router {
        let mut by_segment = HashMap::<_, Vec<_>>::new();
        for route in routes {
            let key = second_segment(route.path()).to_ascii_lowercase();
            by_segment.entry(key).or_default().push(route);
        }
        Router(by_segment)
    }

    /// Finds the operation. The case of paths is ignored. Where a literal segment and a placeholder both
    /// match, the literal segment takes precedence.
    pub(super) fn find(&self, method: &Method, path: &str) -> RouteMatch {
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        let candidates = self.0.get(&second_segment(path).to_ascii_lowercase());
        let matching = || {
            let candidates = candidates.into_iter().flatten().copied();
            candidates.filter(|route| matches(route.path(), &segments))
        };
        let best = matching()
            .filter(|route| route.method() == method.as_str())
            .max_by_key(|route| literal_segments(route.path()));
        if let Some(route) = best {
            return RouteMatch::Operation {
                route,
                params: bind(route.path(), &segments),
            };
        }
        let mut methods: Vec<&str> = matching().map(Route::method).collect();
        methods.sort_unstable();
        methods.dedup();
        match methods.is_empty() {
            true => RouteMatch::UnknownPath,
            false => RouteMatch::OtherMethods(methods.join(", ")),
        }
    }
}

/// No template has a placeholder there.
fn second_segment(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or_default()
}

fn matches(template: &str, segments: &[&str]) -> bool {
    template.split('/').count() == segments.len()
        && template
            .split('/')
            .zip(segments)
            .all(|(wanted, segment)| match placeholder(wanted) {
                Some(_) => !segment.is_empty(),
                None => wanted.eq_ignore_ascii_case(segment),
            })
}

/// Whether each segment is a literal, for a comparison from left to right.
fn literal_segments(template: &str) -> Vec<bool> {
    let segments = template.split('/');
    segments
        .map(|segment| placeholder(segment).is_none())
        .collect()
}

fn bind(template: &'static str, segments: &[&str]) -> Params {
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    let pairs = template.split('/').zip(segments);
    let values = pairs.filter_map(|(wanted, given)| Some((placeholder(wanted)?, decode(given))));
    Params::new(values.collect())
}

fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::OPERATIONS;

    #[track_caller]
    fn check(method: Method, path: &str, expected: &str) {
        let found = match Router::new(OPERATIONS).find(&method, path) {
            RouteMatch::Operation { route, params } => {
                let names = ["resourceId", "transactionId", "typeId"];
                let values = names.iter().map(|name| (name, params.get(name)));
                let values = values.filter(|(_, value)| !value.is_empty());
                let values = values.map(|(name, value)| format!(" {name}={value}"));
                route.path().to_owned() + &values.collect::<String>()
            }
            RouteMatch::OtherMethods(methods) => format!("405 {methods}"),
            RouteMatch::UnknownPath => "404".to_owned(),
        };
        assert_eq!(found, expected, "{method} {path}");
    }

    #[test]
    fn second_segments_are_no_placeholders() {
        for route in operations::all() {
            let segment = second_segment(route.path());
            assert_eq!(placeholder(segment), None, "{}", route.name);
        }
    }

    #[test]
    fn literal_segment_precedes_placeholder() {
        check(Method::GET, "/api/companies/my", "/api/companies/my");
        check(
            Method::GET,
            "/api/companies/mine",
            "/api/companies/{resourceId} resourceId=mine",
        );
        check(
            Method::GET,
            "/api/target-users/count-summary",
            "/api/target-users/count-summary",
        );
        check(
            Method::POST,
            "/api/target-users/search/export",
            "/api/target-users/search/export",
        );
        check(
            Method::POST,
            "/api/target-users/x/search",
            "/api/target-users/{transactionId}/search transactionId=x",
        );
    }

    #[test]
    fn path_ignores_case_but_values_keep_it() {
        check(
            Method::POST,
            "/API/Target-Users/SEARCH",
            "/api/target-users/search",
        );
        check(
            Method::GET,
            "/api/Companies/aBc",
            "/api/companies/{resourceId} resourceId=aBc",
        );
        check(Method::GET, "/api/jobs/", "/api/jobs");
        check(
            Method::GET,
            "/api/jobs/a%2Fb",
            "/api/jobs/{resourceId} resourceId=a/b",
        );
    }

    #[test]
    fn unknown_path_differs_from_unknown_method() {
        check(Method::GET, "/api/unicorns", "404");
        check(Method::GET, "/api/jobs/1/2", "404");
        check(Method::DELETE, "/api/companies/search", "405 GET, POST");
        check(Method::GET, "/connect/token", "405 POST");
    }
}

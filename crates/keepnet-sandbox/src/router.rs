//! Finding the operation for a method and a path.

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::operations::Route;

/// What a path leads to.
pub(crate) enum Found {
    Operation {
        route: &'static Route,
        params: Params,
    },
    /// The path is known with other methods.
    OtherMethods(String),
    Nothing,
}

/// The values of the `{placeholders}` of a template.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    /// The value of a placeholder that the template has; an empty text for one it has not.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }
}

/// Finds the operation: paths are compared without regard to case, and where a literal segment and
/// a placeholder both match, the literal one wins.
pub(crate) fn find(routes: &'static [Route], method: &Method, path: &str) -> Found {
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let matching = || {
        let near = routes.iter().filter(|route| may_match(route.path, path));
        near.filter(|route| matches(route.path, &segments))
    };
    let best = matching()
        .filter(|route| route.method == method.as_str())
        .max_by_key(|route| literals(route.path));
    if let Some(route) = best {
        return Found::Operation {
            route,
            params: bind(route.path, &segments),
        };
    }
    let mut methods: Vec<&str> = matching().map(|route| route.method).collect();
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(methods.join(", "))
    }
}

/// Rules most templates out at a glance: by the first letters behind `/api/`, unless a placeholder
/// stands there.
fn may_match(template: &str, path: &str) -> bool {
    match (template.as_bytes().get(5..12), path.as_bytes().get(5..12)) {
        (Some(wanted), Some(_)) if wanted.contains(&b'{') => true,
        (Some(wanted), Some(given)) => wanted.eq_ignore_ascii_case(given),
        _ => true,
    }
}

fn matches(template: &str, segments: &[&str]) -> bool {
    let mut given = segments.iter();
    let fits = template.split('/').all(|wanted| {
        given
            .next()
            .is_some_and(|segment| match placeholder(wanted) {
                Some(_) => !segment.is_empty(),
                None => wanted.eq_ignore_ascii_case(segment),
            })
    });
    fits && given.next().is_none()
}

/// One flag per segment, so that the comparison goes from left to right.
fn literals(template: &str) -> Vec<bool> {
    template
        .split('/')
        .map(|segment| placeholder(segment).is_none())
        .collect()
}

fn bind(template: &'static str, segments: &[&str]) -> Params {
    let pairs = template.split('/').zip(segments);
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    Params(
        pairs
            .filter_map(|(wanted, given)| Some((placeholder(wanted)?, decode(given))))
            .collect(),
    )
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
        let found = match find(OPERATIONS, &method, path) {
            Found::Operation { route, params } => {
                let values: Vec<_> = params
                    .0
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                [vec![route.path.to_owned()], values].concat().join(" ")
            }
            Found::OtherMethods(methods) => format!("405 {methods}"),
            Found::Nothing => "404".to_owned(),
        };
        assert_eq!(found, expected, "{method} {path}");
    }

    #[test]
    fn a_literal_segment_wins_over_a_placeholder() {
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
    fn paths_are_compared_without_regard_to_case_and_values_keep_theirs() {
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
    fn an_unknown_path_and_an_unknown_method_are_told_apart() {
        check(Method::GET, "/api/unicorns", "404");
        check(Method::GET, "/api/jobs/1/2", "404");
        check(Method::DELETE, "/api/companies/search", "405 GET, POST");
        check(Method::GET, "/connect/token", "405 POST");
    }
}

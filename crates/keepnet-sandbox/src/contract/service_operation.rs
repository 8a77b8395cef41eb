//! The operations of the contract, each with its route and its name.

use std::sync::LazyLock;

/// One operation of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServiceOperation {
    /// The method and the path template, such as `POST /api/target-users/search`.
    pub(crate) route: &'static str,
    /// The name in the client, such as `search_target_users`.
    pub(crate) name: &'static str,
}

impl ServiceOperation {
    /// All operations, by path.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<ServiceOperation>> = LazyLock::new(|| {
            let lines = include_str!(concat!(env!("OUT_DIR"), "/operations.txt")).lines();
            let split = |line: &'static str| line.rsplit_once(' ');
            lines
                .filter_map(split)
                .map(|(route, name)| ServiceOperation { route, name })
                .collect()
        });
        &ALL
    }

    /// Finds an operation by its route or its name. The case is ignored, as it is in paths.
    pub(crate) fn find(text: &str) -> Result<Self, UnknownOperation> {
        let is_it = |operation: &&Self| {
            operation.route.eq_ignore_ascii_case(text) || operation.name.eq_ignore_ascii_case(text)
        };
        let found = Self::all().iter().find(is_it).copied();
        found.ok_or_else(|| UnknownOperation(text.to_owned()))
    }
}

/// The error for a text that names no operation of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no operation {0:?}; write search_target_users or POST /api/target-users/search, with {{placeholders}} in the path"
)]
pub struct UnknownOperation(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_is_found_by_route_and_by_name() {
        let check = |text: &str, expected: Option<&str>| {
            let found = ServiceOperation::find(text).ok();
            assert_eq!(found.map(|found| found.route), expected, "{text}");
        };
        check("search_target_users", Some("POST /api/target-users/search"));
        check(
            "post /API/target-users/SEARCH",
            Some("POST /api/target-users/search"),
        );
        check(
            "GET /api/jobs/{resourceId}",
            Some("GET /api/jobs/{resourceId}"),
        );
        check("GET /api/jobs/7", None);
        check("", None);
    }

    #[test]
    fn each_operation_has_a_name_of_its_own() {
        let mut names: Vec<_> = ServiceOperation::all().iter().map(|it| it.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ServiceOperation::all().len());
        assert!(!names.contains(&""));
    }
}

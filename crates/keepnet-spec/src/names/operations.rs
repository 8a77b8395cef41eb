//! The names of operations: the method names of the bindings, from method and path.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::{
    lock::NamesLock,
    words::{is_plural, plural, singular, words},
};
use crate::{SpecError, openapi};

/// Verbs at the start of a path segment that names an action.
const VERBS: &[&str] = &[
    "accept",
    "appoint",
    "authorize",
    "bulk",
    "calculate",
    "cancel",
    "change",
    "check",
    "compress",
    "create",
    "decline",
    "disable",
    "download",
    "duplicate",
    "enable",
    "exchange",
    "export",
    "generate",
    "get",
    "import",
    "install",
    "invite",
    "join",
    "leave",
    "link",
    "list",
    "login",
    "logout",
    "make",
    "map",
    "mark",
    "parse",
    "reanalyze",
    "refuse",
    "remove",
    "resend",
    "reset",
    "restore",
    "resync",
    "revoke",
    "search",
    "send",
    "share",
    "start",
    "stop",
    "sync",
    "test",
    "translate",
    "unlink",
    "upload",
    "verify",
];
/// Words that are verbs of a POST but nouns of a GET: `GET …/upload/{id}` gets an upload.
const NOUNS_OF_A_GET: &[&str] = &[
    "exchange", "import", "link", "map", "share", "start", "test", "upload",
];
/// Plurals that name one thing: a GET of them gets it.
const SINGLE_PLURALS: &[&str] = &[
    "details",
    "settings",
    "credentials",
    "options",
    "metadata",
    "analytics",
];

/// The parts of an operation that its name depends on.
#[derive(Debug, Clone)]
pub(crate) struct OperationShape {
    method: String,
    path: String,
    is_paged: bool,
    is_download: bool,
}

impl OperationShape {
    /// Reads the shape of an operation of the document.
    pub(crate) fn of(
        method: &str,
        path: &str,
        operation: &Value,
        schemas: Option<&Map<String, Value>>,
    ) -> OperationShape {
        let content = operation.pointer("/requestBody/content/application~1json/schema");
        let body = content
            .and_then(openapi::reference)
            .and_then(|name| schemas?.get(name));
        let mut responses = openapi::members(operation, "/responses");
        let bytes = "/content/application~1octet-stream";
        OperationShape {
            method: method.to_owned(),
            path: path.to_owned(),
            is_paged: body.is_some_and(|body| body.pointer("/properties/pageNumber").is_some()),
            is_download: responses.any(|(_, response)| response.pointer(bytes).is_some()),
        }
    }
}

/// The name of each operation, by `METHOD /path`: pinned ones as they are, new ones by rule.
///
/// Fails where a pinned operation is gone, or where two operations would share a name.
pub(crate) fn choose_operation_names(
    shapes: &BTreeMap<String, OperationShape>,
    lock: &NamesLock,
) -> Result<BTreeMap<String, String>, SpecError> {
    let mut names = BTreeMap::new();
    for (place, name) in lock.following_routes(shapes.keys()).operations() {
        if !shapes.contains_key(place) {
            return Err(SpecError::at(
                place,
                format!(
                    "no longer published, but names.lock pins it as {name}; delete that line to let the method go (breaking)"
                ),
            ));
        }
        names.insert(place.to_owned(), name.to_owned());
    }
    let mut new: BTreeMap<String, Vec<(usize, &String)>> = BTreeMap::new();
    for (place, shape) in shapes
        .iter()
        .filter(|(place, _)| !names.contains_key(*place))
    {
        let parameters = openapi::parameters(&shape.path).count();
        let places = new.entry(base_name(shape)).or_default();
        places.push((parameters, place));
    }
    for (name, mut places) in new {
        places.sort();
        // The operation with the fewest parameters keeps the short name, if there is only one.
        let has_shortest = places.get(1).is_none_or(|second| second.0 > places[0].0);
        for (index, (_, place)) in places.into_iter().enumerate() {
            let suffix = match index {
                0 if has_shortest => String::new(),
                _ => by_parameters(&shapes[place].path),
            };
            names.insert(place.clone(), format!("{name}{suffix}"));
        }
    }
    let mut seen = BTreeMap::new();
    for (place, name) in &names {
        if let Some(other) = seen.insert(name, place) {
            return Err(SpecError::at(
                place,
                format!(
                    "its name {name} is that of {other} as well; pin a different one in names.lock"
                ),
            ));
        }
    }
    Ok(names)
}

fn base_name(shape: &OperationShape) -> String {
    let segments = literal_segments(&shape.path);
    let ends_with_param = shape.path.ends_with('}');
    let verbs: Vec<&Segment> = segments
        .iter()
        .filter(|segment| is_verb(&segment.words, &shape.method))
        .collect();
    let (verb, tail) = match verbs.as_slice() {
        [] => (
            verb_of_method(shape, segments.last(), ends_with_param),
            String::new(),
        ),
        // `resend/list` resends a list; `search/export` exports the result of a search.
        [.., before, last] if last.words == "list" => {
            (split_verb(&before.words).0, "list".to_owned())
        }
        [.., last] => split_verb(&last.words),
    };
    let many = match verb.as_str() {
        "search" | "export" | "import" | "upload" | "list" | "bulk_delete" | "bulk_update" => {
            tail.is_empty()
        }
        _ => false,
    };
    let earlier_tails = verbs
        .iter()
        .rev()
        .skip(1)
        .map(|segment| split_verb(&segment.words).1)
        .filter(|tail| !tail.is_empty())
        .map(|words| Segment {
            words,
            is_followed_by_param: false,
        });
    let nouns = segments
        .iter()
        .filter(|segment| !is_verb(&segment.words, &shape.method))
        .cloned();
    let nouns: Vec<Segment> = nouns.chain(earlier_tails).collect();
    let is_one = ends_with_param || !tail.is_empty() || verb == "create";
    let phrases = nouns.iter().enumerate().map(|(index, noun)| {
        if index + 1 < nouns.len() {
            singular(&noun.words)
        } else if many {
            plural(&noun.words)
        } else if noun.is_followed_by_param || is_one {
            singular(&noun.words)
        } else {
            noun.words.clone()
        }
    });
    let phrases: Vec<String> = phrases.collect();
    let object = without_stutter(&phrases);
    let mut parts = vec![verb, object, tail];
    parts.retain(|part| !part.is_empty());
    parts.join("_")
}

fn verb_of_method(shape: &OperationShape, last: Option<&Segment>, ends_with_param: bool) -> String {
    let last = last.map_or("", |segment| segment.words.as_str());
    let single = SINGLE_PLURALS.iter().any(|word| last.ends_with(word));
    let verb = match shape.method.as_str() {
        _ if shape.is_download => "download",
        "get" if ends_with_param || single || !is_plural(last) => "get",
        "get" => "list",
        "post" if last.starts_with("by_") => "get",
        "post" if shape.is_paged => "search",
        "post" => "create",
        "delete" if ends_with_param || !is_plural(last) => "delete",
        "delete" => "remove",
        _ => "update",
    };
    verb.to_owned()
}

/// A literal segment of a path as a phrase.
#[derive(Debug, Clone)]
struct Segment {
    words: String,
    is_followed_by_param: bool,
}

/// The literal segments, without the API prefix and without a repeated family.
fn literal_segments(path: &str) -> Vec<Segment> {
    let raw: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty() && *segment != "api")
        .collect();
    let is_param = |segment: &str| segment.starts_with('{');
    let mut segments: Vec<Segment> = raw
        .iter()
        .enumerate()
        .filter(|(_, segment)| !is_param(segment))
        .map(|(index, segment)| Segment {
            words: words(segment),
            is_followed_by_param: raw.get(index + 1).is_some_and(|next| is_param(next)),
        })
        .collect();
    let first = segments.first().map_or("", |first| first.words.as_str());
    if let Some(family) = first.strip_suffix("_simulator").map(str::to_owned) {
        let is_repeated = |segment: &Segment| segment.words.starts_with(&family);
        if segments[1..].iter().any(is_repeated) {
            segments.remove(0);
        } else {
            segments[0].words = family;
        }
    }
    segments
}

fn is_verb(segment: &str, method: &str) -> bool {
    let word = segment.split('_').next().unwrap_or_default();
    VERBS.contains(&word) && !(method == "get" && NOUNS_OF_A_GET.contains(&word))
}

/// `bulk_delete` is one verb; in `send_reset_link` the verb is `send`, and the rest follows the object.
fn split_verb(segment: &str) -> (String, String) {
    let bulk = if segment.starts_with("bulk_") {
        "bulk_"
    } else {
        ""
    };
    let rest = &segment[bulk.len()..];
    let (verb, tail) = rest.split_once('_').unwrap_or((rest, ""));
    (format!("{bulk}{verb}"), tail.to_owned())
}

/// `company_group`, `company` as `company_group_company`, but `phishing`, `phishing_campaign` as `phishing_campaign`.
fn without_stutter(nouns: &[String]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for (index, noun) in nouns.iter().enumerate() {
        let next = nouns.get(index + 1);
        if next.is_none_or(|next| !next.starts_with(&format!("{noun}_"))) {
            parts.push(noun);
        }
    }
    parts.join("_")
}

fn by_parameters(path: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for parameter in openapi::parameters(path).map(heck::ToSnakeCase::to_snake_case) {
        let short = parameter
            .trim_end_matches("_resource_id")
            .trim_end_matches("_id");
        let name = if parameter == "resource_id" {
            "id"
        } else {
            short
        };
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    match names.is_empty() {
        true => String::new(),
        false => format!("_by_{}", names.join("_and_")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(place: &str, is_paged: bool, is_download: bool) -> (String, OperationShape) {
        let (method, path) = place.split_once(' ').unwrap();
        let shape = OperationShape {
            method: method.to_lowercase(),
            path: path.to_owned(),
            is_paged,
            is_download,
        };
        (place.to_owned(), shape)
    }

    fn check(place: &str, expected: &str) {
        let (_, shape) = shape(
            place.trim_end_matches(['*', '!']),
            place.ends_with('*'),
            place.ends_with('!'),
        );
        assert_eq!(base_name(&shape), expected, "{place}");
    }

    #[test]
    fn names_follow_the_conventions_of_rust() {
        for (place, expected) in [
            ("GET /api/target-users/{resourceId}", "get_target_user"),
            ("POST /api/target-users", "create_target_user"),
            ("PUT /api/target-users/{resourceId}", "update_target_user"),
            (
                "DELETE /api/target-users/{resourceId}",
                "delete_target_user",
            ),
            (
                "DELETE /api/target-users/bulk-delete",
                "bulk_delete_target_users",
            ),
            ("POST /api/target-users/search*", "search_target_users"),
            (
                "POST /api/target-users/search/export!",
                "export_target_users",
            ),
            (
                "GET /api/target-users/count-summary",
                "get_target_user_count_summary",
            ),
            (
                "POST /api/target-users/example-file!",
                "download_target_user_example_file",
            ),
            ("POST /api/target-users/upload", "upload_target_users"),
            (
                "GET /api/target-users/upload/{transactionId}",
                "get_target_user_upload",
            ),
            (
                "POST /api/target-users/create-mapping",
                "create_target_user_mapping",
            ),
            (
                "POST /api/target-users/{transactionId}/import",
                "import_target_users",
            ),
            (
                "POST /api/target-users/{resourceId}/groups*",
                "search_target_user_groups",
            ),
            (
                "DELETE /api/target-groups/{resourceId}/users",
                "remove_target_group_users",
            ),
            ("GET /api/jobs", "list_jobs"),
            (
                "GET /api/phishing-simulator/phishing-campaign/form-details",
                "get_phishing_campaign_form_details",
            ),
            (
                "POST /api/smishing-simulator/dns-services/search*",
                "search_smishing_dns_services",
            ),
            (
                "PUT /api/companies/direct-email-settings/make-default/{resourceId}",
                "make_company_direct_email_setting_default",
            ),
            (
                "PUT /api/allow-list/mark-as-verified/{resourceId}",
                "mark_allow_list_as_verified",
            ),
        ] {
            check(place, expected);
        }
    }

    #[test]
    fn clashing_names_are_distinguished_by_parameters() {
        let shapes = BTreeMap::from([
            shape("POST /api/target-users/search", true, false),
            shape("POST /api/target-users/{transactionId}/search", true, false),
        ]);
        let names = choose_operation_names(&shapes, &NamesLock::default()).unwrap();
        assert_eq!(
            names["POST /api/target-users/search"],
            "search_target_users"
        );
        assert_eq!(
            names["POST /api/target-users/{transactionId}/search"],
            "search_target_users_by_transaction"
        );
    }

    #[test]
    fn missing_pinned_operation_needs_a_decision() {
        let lock = NamesLock::parse("GET /api/jobs = list_jobs\n").unwrap();
        let error = choose_operation_names(&BTreeMap::new(), &lock)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("GET /api/jobs: no longer published"),
            "{error}"
        );
    }

    #[test]
    fn pinned_name_is_not_given_to_another_operation() {
        let lock = NamesLock::parse("GET /api/a = list_jobs\n").unwrap();
        let shapes = BTreeMap::from([
            shape("GET /api/a", false, false),
            shape("GET /api/jobs", false, false),
        ]);
        let error = choose_operation_names(&shapes, &lock)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("GET /api/jobs: its name list_jobs is that of GET /api/a"),
            "{error}"
        );
    }
}

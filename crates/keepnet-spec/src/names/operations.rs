use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::{
    lock::NamesLock,
    words::{is_plural, plural, singular, words},
};
use crate::{SpecError, walk};

/// Words that start a path segment which says what is done.
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
/// Words that are verbs of a POST but nouns of a GET: what `GET …/upload/{id}` gets is an upload.
const NOUNS_OF_A_GET: &[&str] = &[
    "exchange", "import", "link", "map", "share", "start", "test", "upload",
];
/// Plurals of which there is only one: a GET of them gets it.
const SINGLE_PLURALS: &[&str] = &[
    "details",
    "settings",
    "credentials",
    "options",
    "metadata",
    "analytics",
];

/// What the name of an operation depends on.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    method: String,
    path: String,
    is_paged: bool,
    is_download: bool,
}

impl Shape {
    /// Reads the shape of an operation of the document.
    pub(crate) fn of(
        method: &str,
        path: &str,
        operation: &Value,
        schemas: Option<&Map<String, Value>>,
    ) -> Shape {
        let content = operation.pointer("/requestBody/content/application~1json/schema");
        let body = content
            .and_then(walk::reference)
            .and_then(|name| schemas?.get(name));
        let responses = operation["responses"].as_object();
        Shape {
            method: method.to_owned(),
            path: path.to_owned(),
            is_paged: body.is_some_and(|body| body.pointer("/properties/pageNumber").is_some()),
            is_download: responses.into_iter().flatten().any(|(_, response)| {
                response
                    .pointer("/content/application~1octet-stream")
                    .is_some()
            }),
        }
    }
}

/// The name of each operation, by `METHOD /path`: pinned ones as they are, new ones by rule.
///
/// Fails where a pinned operation is gone, or where two operations would share a name.
pub(crate) fn choose(
    shapes: &BTreeMap<String, Shape>,
    lock: &NamesLock,
) -> Result<BTreeMap<String, String>, SpecError> {
    let lock = &lock.following_routes(shapes.keys());
    if let Some((gone, name)) = lock
        .operations()
        .find(|(place, _)| !shapes.contains_key(*place))
    {
        return Err(SpecError::at(
            gone,
            format!(
                "no longer published, but names.lock pins it as {name}; delete that line to let the method go (breaking)"
            ),
        ));
    }
    let mut names: BTreeMap<String, String> = lock
        .operations()
        .map(|(place, name)| (place.to_owned(), name.to_owned()))
        .collect();
    let mut fresh: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (place, shape) in shapes
        .iter()
        .filter(|(place, _)| lock.operation(place).is_none())
    {
        fresh.entry(base_name(shape)).or_default().push(place);
    }
    for (name, mut places) in fresh {
        places.sort_by_key(|place| {
            (
                walk::parameters(&shapes[*place].path).count(),
                place.to_string(),
            )
        });
        let fewest = walk::parameters(&shapes[places[0]].path).count();
        let first_alone = places
            .get(1)
            .is_none_or(|second| walk::parameters(&shapes[*second].path).count() > fewest);
        for (index, place) in places.into_iter().enumerate() {
            let keeps_base = index == 0 && first_alone;
            let chosen = if keeps_base {
                name.clone()
            } else {
                format!("{name}{}", by_params(&shapes[place].path))
            };
            names.insert(place.clone(), chosen);
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

fn base_name(shape: &Shape) -> String {
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
        // `resend/list` resends a list; `search/export` exports what a search finds.
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
        .map(|segment| split_verb(&segment.words).1);
    let mut nouns: Vec<Segment> = segments
        .iter()
        .filter(|segment| !is_verb(&segment.words, &shape.method))
        .cloned()
        .collect();
    nouns.extend(
        earlier_tails
            .filter(|tail| !tail.is_empty())
            .map(|words| Segment {
                words,
                is_followed_by_param: false,
            }),
    );
    let count = nouns.len();
    let phrases: Vec<String> = nouns
        .into_iter()
        .enumerate()
        .map(|(index, noun)| match () {
            () if index + 1 < count => singular(&noun.words),
            () if many => plural(&noun.words),
            () if noun.is_followed_by_param
                || ends_with_param
                || !tail.is_empty()
                || verb == "create" =>
            {
                singular(&noun.words)
            }
            () => noun.words,
        })
        .collect();
    let object = without_stutter(&phrases);
    [verb, object, tail]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

fn verb_of_method(shape: &Shape, last: Option<&Segment>, ends_with_param: bool) -> String {
    let last = last
        .map(|segment| segment.words.as_str())
        .unwrap_or_default();
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

/// The literal segments, without the API prefix and without a family said twice.
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
    let family = segments
        .first()
        .and_then(|first| first.words.strip_suffix("_simulator"))
        .map(str::to_owned);
    if let Some(family) = family {
        let says_it_again = segments[1..]
            .iter()
            .any(|segment| segment.words.starts_with(&family));
        if says_it_again {
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

/// `bulk_delete` is one verb; of `send_reset_link` the verb is `send` and the rest follows the object.
fn split_verb(segment: &str) -> (String, String) {
    if segment.starts_with("bulk_") {
        let mut words = segment.splitn(3, '_');
        let verb = [words.next(), words.next()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("_");
        return (verb, words.next().unwrap_or_default().to_owned());
    }
    let (verb, tail) = segment.split_once('_').unwrap_or((segment, ""));
    (verb.to_owned(), tail.to_owned())
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

fn by_params(path: &str) -> String {
    let mut seen = BTreeSet::new();
    let names: Vec<String> = walk::parameters(path)
        .map(heck::ToSnakeCase::to_snake_case)
        .map(|param| match param.as_str() {
            "resource_id" => "id".to_owned(),
            param => param
                .trim_end_matches("_resource_id")
                .trim_end_matches("_id")
                .to_owned(),
        })
        .filter(|param| seen.insert(param.clone()))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("_by_{}", names.join("_and_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(place: &str, is_paged: bool, is_download: bool) -> (String, Shape) {
        let (method, path) = place.split_once(' ').unwrap();
        let shape = Shape {
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
    fn a_name_reads_as_a_rust_user_would_choose_it() {
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
    fn operations_that_would_share_a_name_are_told_apart_by_their_parameters() {
        let shapes = BTreeMap::from([
            shape("POST /api/target-users/search", true, false),
            shape("POST /api/target-users/{transactionId}/search", true, false),
        ]);
        let names = choose(&shapes, &NamesLock::default()).unwrap();
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
    fn a_pinned_operation_that_is_gone_is_a_decision() {
        let lock = NamesLock::parse("GET /api/jobs = list_jobs\n").unwrap();
        let error = choose(&BTreeMap::new(), &lock).unwrap_err().to_string();
        assert!(
            error.starts_with("GET /api/jobs: no longer published"),
            "{error}"
        );
    }

    #[test]
    fn a_name_pinned_for_one_operation_cannot_be_taken_by_another() {
        let lock = NamesLock::parse("GET /api/a = list_jobs\n").unwrap();
        let shapes = BTreeMap::from([
            shape("GET /api/a", false, false),
            shape("GET /api/jobs", false, false),
        ]);
        let error = choose(&shapes, &lock).unwrap_err().to_string();
        assert!(
            error.contains("GET /api/jobs: its name list_jobs is that of GET /api/a"),
            "{error}"
        );
    }
}

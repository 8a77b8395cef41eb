//! The names of operations: the method names of the bindings, from method and path.

use heck::ToSnakeCase;
use serde_json::Value;
use std::collections::BTreeMap;

use super::lock::NamesLock;
use super::words::{is_plural, plural, singular, words};
use crate::word_list::WordList;
use crate::{SpecError, openapi};

/// Verbs at the start of a path segment that names an action.
const VERBS: WordList = WordList(
    "
    accept appoint authorize bulk calculate cancel change check compress create decline disable
    download duplicate enable exchange export generate get import install invite join leave link
    list login logout make map mark parse reanalyze refuse remove resend reset restore resync revoke
    search send share start stop sync test translate unlink upload verify
    ",
);
/// Words that are verbs of a POST but nouns of a GET: `GET …/upload/{id}` gets an upload.
const NOUNS_OF_A_GET: WordList = WordList("exchange import link map share start test upload");
/// Verbs whose object is many things, unless other words follow the verb.
const VERBS_OF_MANY: WordList =
    WordList("search export import upload list bulk_delete bulk_update");
/// Plurals that name one thing: a GET of them gets it.
const SINGLE_PLURALS: WordList =
    WordList("details settings credentials options metadata analytics");

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
        document: &Value,
    ) -> OperationShape {
        let json = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = openapi::reference(json).unwrap_or_default();
        let body = &document["components"]["schemas"][body];
        let mut responses = openapi::members(operation, "/responses");
        let bytes = "/content/application~1octet-stream";
        OperationShape {
            method: method.to_owned(),
            path: path.to_owned(),
            is_paged: body.pointer("/properties/pageNumber").is_some(),
            is_download: responses.any(|(_, response)| response.pointer(bytes).is_some()),
        }
    }
}

/// The name of each operation, by `METHOD /path`: pinned ones as they are, new ones by rule.
///
/// Fails where a pinned operation is not published, or where two operations would share a name.
pub(crate) fn choose_operation_names(
    shapes: &BTreeMap<String, OperationShape>,
    lock: &NamesLock,
) -> Result<BTreeMap<String, String>, SpecError> {
    let mut names = lock.operations(shapes.keys());
    if let Some((place, name)) = names.iter().find(|(place, _)| !shapes.contains_key(*place)) {
        return Err(SpecError::at(
            place,
            format!(
                "no longer published, but names.lock pins its name {name}; to remove the method, which breaks callers, delete that line"
            ),
        ));
    }
    let mut new: BTreeMap<String, Vec<(usize, &String)>> = BTreeMap::new();
    for (place, shape) in shapes {
        if !names.contains_key(place) {
            let parameters = openapi::path_parameters(&shape.path).count();
            let places = new.entry(base_name(shape)).or_default();
            places.push((parameters, place));
        }
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
    let mut places = BTreeMap::new();
    for (place, name) in &names {
        if let Some(other) = places.insert(name, place) {
            return Err(SpecError::at(
                place,
                format!(
                    "its name {name} is also the name of {other}; pin a different name in names.lock"
                ),
            ));
        }
    }
    Ok(names)
}

/// `search_target_users`: a verb, the nouns of the path, and what follows the verb in its segment.
fn base_name(shape: &OperationShape) -> String {
    let segments = literal_segments(&shape.path);
    let ends_with_parameter = shape.path.ends_with('}');
    let (actions, mut nouns): (Vec<Segment>, Vec<Segment>) = segments
        .iter()
        .cloned()
        .partition(|segment| is_verb(&segment.words, &shape.method));
    let mut actions: Vec<_> = actions
        .iter()
        .map(|segment| split_verb(&segment.words))
        .collect();
    let (verb, tail) = match (actions.pop(), actions.last()) {
        (None, _) => (verb_of_method(shape, segments.last()), String::new()),
        // `resend/list` resends a list; `search/export` exports the result of a search.
        (Some((list, tail)), Some((before, _))) if list == "list" && tail.is_empty() => {
            (before.clone(), list)
        }
        (Some(action), _) => action,
    };
    let earlier_tails = actions.into_iter().rev().map(|(_, words)| Segment {
        words,
        is_followed_by_parameter: false,
    });
    nouns.extend(earlier_tails.filter(|segment| !segment.words.is_empty()));
    let last = nouns.pop().map(|noun| match noun {
        _ if VERBS_OF_MANY.contains(&verb) && tail.is_empty() => plural(&noun.words),
        _ if noun.is_followed_by_parameter
            || ends_with_parameter
            || !tail.is_empty()
            || verb == "create" =>
        {
            singular(&noun.words)
        }
        _ => noun.words,
    });
    let nouns = nouns.iter().map(|noun| singular(&noun.words));
    let object = without_repetition(&nouns.chain(last).collect::<Vec<_>>());
    let mut parts = vec![verb, object, tail];
    parts.retain(|part| !part.is_empty());
    parts.join("_")
}

fn verb_of_method(shape: &OperationShape, last: Option<&Segment>) -> String {
    let ends_with_parameter = shape.path.ends_with('}');
    let last = last.map_or("", |segment| segment.words.as_str());
    let is_single = SINGLE_PLURALS.iter().any(|word| last.ends_with(word));
    let verb = match shape.method.as_str() {
        _ if shape.is_download => "download",
        "get" if ends_with_parameter || is_single || !is_plural(last) => "get",
        "get" => "list",
        "post" if last.starts_with("by_") => "get",
        "post" if shape.is_paged => "search",
        "post" => "create",
        "delete" if ends_with_parameter || !is_plural(last) => "delete",
        "delete" => "remove",
        _ => "update",
    };
    verb.to_owned()
}

/// A literal segment of a path as a phrase.
#[derive(Debug, Clone)]
struct Segment {
    words: String,
    is_followed_by_parameter: bool,
}

/// The literal segments, without the API prefix and without a repeated family.
fn literal_segments(path: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for segment in path.split('/').filter(|part| !["", "api"].contains(part)) {
        if !segment.starts_with('{') {
            segments.push(Segment {
                words: words(segment),
                is_followed_by_parameter: false,
            });
        } else if let Some(last) = segments.last_mut() {
            last.is_followed_by_parameter = true;
        }
    }
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
    VERBS.contains(word) && !(method == "get" && NOUNS_OF_A_GET.contains(word))
}

/// `bulk_delete` is one verb; in `send_reset_link` the verb is `send`, and the rest follows the object.
fn split_verb(segment: &str) -> (String, String) {
    let (bulk, rest) = segment.split_at(if segment.starts_with("bulk_") { 5 } else { 0 });
    let (verb, tail) = rest.split_once('_').unwrap_or((rest, ""));
    (format!("{bulk}{verb}"), tail.to_owned())
}

/// `company_group`, `company` as `company_group_company`, but `phishing`, `phishing_campaign` as `phishing_campaign`.
fn without_repetition(nouns: &[String]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for (index, noun) in nouns.iter().enumerate() {
        let next = nouns.get(index + 1);
        if next.is_none_or(|next| !next.starts_with(&format!("{noun}_"))) {
            parts.push(noun);
        }
    }
    parts.join("_")
}

/// `_by_campaign_and_id`, or nothing for a path without parameters.
fn by_parameters(path: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for parameter in openapi::path_parameters(path).map(str::to_snake_case) {
        let name = match parameter.as_str() {
            "resource_id" => "id",
            other => other
                .trim_end_matches("_resource_id")
                .trim_end_matches("_id"),
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
            error.contains("GET /api/jobs: its name list_jobs is also the name of GET /api/a"),
            "{error}"
        );
    }
}

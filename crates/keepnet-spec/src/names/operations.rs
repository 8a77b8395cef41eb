//! The names of operations: the method names of the bindings, from method and path.

use heck::ToSnakeCase;
use std::collections::BTreeMap;

use super::lock::NamesLock;
use super::operation_shape::OperationShape;
use super::words::{is_plural, plural, singular, words};
use crate::word_list::WordList;
use crate::{SpecError, openapi};

/// Verbs at the start of a path segment that names an action.
const VERBS: WordList = WordList(
    "
    accept appoint authorize bulk calculate cancel change check commit compress create decline
    delete disable download duplicate enable exchange export finish generate get import initialize
    install invite join leave link list login logout make map mark notify parse reanalyze refuse
    remove resend reset resolve restore resync revoke search send set share start stop sync test translate unlink
    upload verify
    ",
);
/// Words that are verbs of a POST but nouns of a GET: `GET …/upload/{id}` gets an upload.
const NOUNS_OF_A_GET: WordList = WordList("exchange import link map set share start test upload");
/// Verbs that end a segment as well, as in `sync-stop`; others are nouns there, as in `allow-list`.
const LAST_VERBS: WordList =
    WordList("check commit download finish get initialize resolve set stop");
/// Verbs whose object is many things.
const VERBS_OF_MANY: WordList = WordList("search import bulk_delete bulk_update list");
/// Verbs whose object is one thing, though the path names the collection: `smtp-settings/test`.
const VERBS_OF_ONE: WordList = WordList("generate test translate");
/// Plurals that name one thing: a GET of them gets it.
const SINGLE_PLURALS: WordList =
    WordList("details settings credentials options metadata analytics statistics");
/// Words that stand before the things that they describe: `communities/suggested`.
const ADJECTIVES: WordList =
    WordList("archived available suggested unscheduled unverified uploaded verified");
/// Words that say nothing of what an operation does.
const EMPTY_WORDS: WordList = WordList("all my");

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
        let shortest = places[0].1;
        let known = has_shortest.then(|| shapes[shortest].path.as_str());
        for (index, (_, place)) in places.into_iter().enumerate() {
            let suffix = match index {
                0 if has_shortest => String::new(),
                _ => by_parameters(&shapes[place].path, known.unwrap_or_default()),
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
    let (adjectives, segments): (Vec<Segment>, Vec<Segment>) = literal_segments(&shape.path)
        .into_iter()
        .partition(|segment| ADJECTIVES.contains(&segment.words));
    let (selections, segments): (Vec<Segment>, Vec<Segment>) = segments
        .into_iter()
        .partition(|segment| segment.words.starts_with("by_"));
    let ends_with_parameter = shape.path.ends_with('}');
    let mut actions = Vec::new();
    let mut nouns = Vec::new();
    for segment in &segments {
        match split_verb(&segment.words, &shape.method) {
            None => nouns.push(segment.clone()),
            Some((verb, noun, tail)) => {
                let words = noun.clone();
                nouns.extend((!noun.is_empty()).then(|| Segment {
                    words,
                    ..segment.clone()
                }));
                actions.push((verb, tail));
            }
        }
    }
    let is_search = actions.iter().any(|(verb, _)| verb == "search");
    let (verb, mut tail) = match (actions.pop(), actions.last()) {
        (None, _) if !selections.is_empty() => {
            let verb = if shape.is_many { "list" } else { "get" };
            (verb.to_owned(), String::new())
        }
        (None, _) => (verb_of_method(shape, segments.last()), String::new()),
        // `resend/list` resends a list; `search/export` exports the result of a search.
        (Some((list, tail)), Some((before, _))) if list == "list" && tail.is_empty() => {
            (before.clone(), list)
        }
        (Some((get, tail)), _) if get == "get" && shape.is_many => ("list".to_owned(), tail),
        (Some(action), _) => action,
    };
    let earlier_tails = actions.into_iter().rev().map(|(_, words)| Segment {
        words,
        is_followed_by_parameter: false,
    });
    nouns.extend(earlier_tails.filter(|segment| !segment.words.is_empty()));
    let is_of_many = VERBS_OF_MANY.contains(&verb) || verb == "export" && is_search;
    if is_of_many && shape.is_many && !tail.contains('_') {
        tail = plural(&tail);
    }
    let last = nouns.pop().map(|noun| match noun {
        _ if is_of_many && tail.is_empty() => plural(&noun.words),
        _ if noun.is_followed_by_parameter
            || ends_with_parameter
            || !tail.is_empty()
            || VERBS_OF_ONE.contains(&verb)
            || verb == "create" =>
        {
            singular(&noun.words)
        }
        _ => noun.words,
    });
    let nouns = nouns.iter().map(|noun| singular(&noun.words));
    let mut parts = vec![verb];
    parts.extend(adjectives.into_iter().map(|segment| segment.words));
    parts.push(without_repetition(nouns.chain(last).chain([tail])));
    parts.extend(
        selections
            .into_iter()
            .map(|by| by.words.replace("resource_id", "id")),
    );
    parts.retain(|part| !part.is_empty());
    parts.join("_")
}

fn verb_of_method(shape: &OperationShape, last: Option<&Segment>) -> String {
    let ends_with_parameter = shape.path.ends_with('}');
    let last = last.map_or("", |segment| segment.words.as_str());
    let is_single = SINGLE_PLURALS.iter().any(|word| last.ends_with(word));
    let verb = match shape.method.as_str() {
        "get" if shape.is_download => "download",
        "get" if shape.is_many => "list",
        "get" if ends_with_parameter || is_single || !is_plural(last) => "get",
        "get" => "list",
        "post" if shape.is_paged => "search",
        // What creates one thing may return a page of them, but not a list.
        "post" if shape.is_list => "list",
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
            let spoken = words(segment);
            let spoken = spoken.split('_').filter(|word| !EMPTY_WORDS.contains(word));
            let spoken = spoken.collect::<Vec<_>>().join("_");
            // `excluded-ip-list` are excluded IPs, but `allow-list` is what it says.
            let listed = spoken
                .strip_suffix("_list")
                .filter(|_| !segments.is_empty());
            let spoken = listed.map(plural).unwrap_or(spoken);
            segments.extend((!spoken.is_empty()).then_some(Segment {
                words: spoken,
                is_followed_by_parameter: false,
            }));
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

/// The verb of a segment, the noun before it and the words after it, which follow the object: `send` and `reset_link` of
/// `send_reset_link`, `bulk_delete` as one verb, `get` of `lms_get_value`, whose noun is `lms_value`.
fn split_verb(segment: &str, method: &str) -> Option<(String, String, String)> {
    let is_verb =
        |word: &str| VERBS.contains(word) && !(method == "get" && NOUNS_OF_A_GET.contains(word));
    let words: Vec<&str> = segment.split('_').collect();
    let (first, rest) = words.split_first()?;
    if *first == "bulk" && !rest.is_empty() {
        return Some((
            format!("bulk_{}", rest[0]),
            String::new(),
            rest[1..].join("_"),
        ));
    }
    if is_verb(first) {
        return Some(((*first).to_owned(), String::new(), rest.join("_")));
    }
    let inner = |word: &&str| LAST_VERBS.contains(word) && is_verb(word);
    let verb = rest.iter().copied().find(inner)?;
    let noun: Vec<&str> = words.into_iter().filter(|word| *word != verb).collect();
    Some((verb.to_owned(), noun.join("_"), String::new()))
}

/// `company_group`, `company` as `company_group_company`, but `phishing`, `phishing_campaign` as `phishing_campaign`, and
/// `phishing_scenario`, `scenario_statistics` as `phishing_scenario_statistics`.
fn without_repetition(nouns: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for noun in nouns.filter(|noun| !noun.is_empty()) {
        let repeats =
            |last: &String| singular(&noun) == *last || noun.starts_with(&format!("{last}_"));
        while parts.last().is_some_and(repeats) {
            parts.pop();
        }
        let last_word = parts.last().and_then(|last| last.rsplit('_').next());
        let rest = last_word.and_then(|word| noun.strip_prefix(&format!("{word}_")));
        parts.push(rest.unwrap_or(&noun).to_owned());
    }
    parts.join("_")
}

/// `_by_campaign_and_id`, of the parameters that another path does not have, or nothing for a path without parameters.
fn by_parameters(path: &str, other: &str) -> String {
    let name = |parameter: &str| match parameter.to_snake_case().as_str() {
        "resource_id" => "id".to_owned(),
        other => other
            .trim_end_matches("_resource_id")
            .trim_end_matches("_id")
            .to_owned(),
    };
    let known: Vec<String> = openapi::path_parameters(other).map(name).collect();
    let mut names: Vec<String> = Vec::new();
    for name in openapi::path_parameters(path).map(name) {
        if !names.contains(&name) && !known.contains(&name) {
            names.push(name);
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

    fn shape(
        place: &str,
        is_paged: bool,
        is_many: bool,
        is_download: bool,
    ) -> (String, OperationShape) {
        let (method, path) = place.split_once(' ').unwrap();
        let shape = OperationShape {
            method: method.to_lowercase(),
            path: path.to_owned(),
            is_paged,
            is_list: is_many && !is_paged,
            is_many,
            is_download,
        };
        (place.to_owned(), shape)
    }

    fn check(place: &str, expected: &str) {
        let (_, shape) = shape(
            place.trim_end_matches(['*', '+', '!']),
            place.ends_with('*'),
            place.ends_with(['*', '+']),
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
                "GET /api/target-users/example-file!",
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
                "GET /api/phishing-simulator/excluded-ip-list+",
                "list_phishing_excluded_ips",
            ),
            (
                "POST /api/target-users/by-resource-ids+",
                "list_target_users_by_ids",
            ),
            ("GET /api/timezone/timezones+", "list_time_zones"),
            (
                "GET /api/enrollments/phone-number+",
                "list_enrollment_phone_numbers",
            ),
            (
                "POST /api/dashboard/reported-email-trends+",
                "list_dashboard_reported_email_trends",
            ),
            (
                "POST /api/leaderboard/get-top-performers+",
                "list_leaderboard_top_performers",
            ),
            (
                "GET /api/communities/suggested+",
                "list_suggested_communities",
            ),
            ("POST /api/communities/search/all*", "search_communities"),
            (
                "GET /api/communities/my-invitations+",
                "list_community_invitations",
            ),
            ("POST /api/scorm/lmssetvalue", "set_scorm_lms_value"),
            (
                "GET /api/companies/{resourceId}/license-check",
                "check_company_license",
            ),
            ("POST /api/notify/url", "notify_url"),
            (
                "POST /api/companies/smtp-settings/test",
                "test_company_smtp_setting",
            ),
            (
                "GET /api/phishing-reporter/generate/outlook-addin",
                "generate_phishing_reporter_outlook_add_in",
            ),
            (
                "POST /api/is/dashboard/search-stats*",
                "search_incident_sharing_dashboard_statistics",
            ),
            (
                "GET /api/phishing-simulator/phishing-scenario/scenario-statistics",
                "get_phishing_scenario_statistics",
            ),
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
            shape("POST /api/target-users/search", true, true, false),
            shape(
                "POST /api/target-users/{transactionId}/search",
                true,
                true,
                false,
            ),
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
            shape("GET /api/a", false, false, false),
            shape("GET /api/jobs", false, false, false),
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

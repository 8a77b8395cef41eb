//! The English words and plurals that the naming needs to know.

use crate::word_list::WordList;

/// Words that path segments write as one, such as `whitelabeling`.
const JOINED: WordList = WordList(
    "
    add_in analysis_exclusions category_lookup code_types download_scorm_proxy gamification_report
    google_oauth google_workspace license_expiry_date lms_commit lms_finish lms_get_value
    lms_initialize lms_log lms_set_value membership_request org_unit privacy_mask
    roles_with_available scorm_proxy security_growth_auth security_growth_dashboard time_zone
    time_zones type_lookup white_labeling
    ",
);
/// Path segments that are named by other words.
const RENAMED: [(&str, &str); 5] = [
    ("getcompany", "get_legacy"),
    ("ir", "incident_response"),
    ("is", "incident_sharing"),
    ("targetgroupusercountdetail", "user_count_detail"),
    ("targetgroupusercountdetailext", "user_count_detail_ext"),
];
/// Words that look like plurals and have no singular, or are one.
const UNCOUNTED: WordList =
    WordList("anonymous series status analysis sms ews address stats statistics news");
/// Endings of plurals and of their singulars; the first that fits is the one.
const SINGULARS: [(&str, &str); 6] = [
    ("ies", "y"),
    ("sses", "ss"),
    ("xes", "x"),
    ("ches", "ch"),
    ("ss", "ss"),
    ("s", ""),
];
/// Endings of singulars and of their plurals; the first that fits is the one.
const PLURALS: [(&str, &str); 8] = [
    ("ay", "ays"),
    ("ey", "eys"),
    ("y", "ies"),
    ("ss", "sses"),
    ("x", "xes"),
    ("ch", "ches"),
    ("status", "status"),
    ("", "s"),
];

/// `target-users` as `target_users`; words written as one are split.
pub(super) fn words(segment: &str) -> String {
    let segment = segment.to_lowercase();
    let mut renamed = RENAMED.iter().filter(|(from, _)| *from == segment);
    let renamed = renamed.next().map(|(_, words)| *words);
    let split = || {
        JOINED
            .iter()
            .find(|words| words.replace('_', "") == segment)
    };
    match renamed.or_else(split) {
        Some(words) => words.to_owned(),
        None => segment.replace('-', "_"),
    }
}

/// The singular of the last word of a phrase.
pub(super) fn singular(phrase: &str) -> String {
    let last_word = phrase.rsplit('_').next().unwrap_or_default();
    match UNCOUNTED.contains(last_word) {
        true => phrase.to_owned(),
        false => replace_ending(phrase, &SINGULARS),
    }
}

/// The plural of the last word of a phrase.
pub(super) fn plural(phrase: &str) -> String {
    match is_plural(phrase) {
        true => phrase.to_owned(),
        false => replace_ending(phrase, &PLURALS),
    }
}

/// Whether the last word of a phrase is a plural.
pub(super) fn is_plural(phrase: &str) -> bool {
    singular(phrase) != phrase
}

fn replace_ending(phrase: &str, endings: &[(&str, &str)]) -> String {
    let mut replaced = endings
        .iter()
        .filter_map(|(from, to)| Some(phrase.strip_suffix(from)?.to_owned() + to));
    replaced.next().unwrap_or_else(|| phrase.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_word_has_singular_and_plural() {
        for (many, one) in [
            ("target_users", "target_user"),
            ("companies", "company"),
            ("saml_settings", "saml_setting"),
            ("mailboxes", "mailbox"),
        ] {
            assert_eq!(singular(many), one);
            assert_eq!(plural(one), many);
            assert!(is_plural(many) && !is_plural(one), "{many}");
        }
        assert_eq!(plural("target_users"), "target_users");
        assert_eq!(words("Target-Users"), "target_users");
        assert_eq!(words("whitelabeling"), "white_labeling");
    }
}

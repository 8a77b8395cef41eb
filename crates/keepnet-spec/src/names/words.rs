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
/// Words of paths that are named by other words: one spelling for one thing, in all operations.
const RENAMED: [(&str, &str); 12] = [
    ("addin", "add_in"),
    ("autoenroll", "auto_enroll"),
    ("datas", "data"),
    ("getcompany", "get_legacy"),
    ("gsuite", "google_workspace"),
    ("img", "image"),
    ("o365", "microsoft365"),
    ("stats", "statistics"),
    ("ir", "incident_response"),
    ("is", "incident_sharing"),
    ("targetgroupusercountdetail", "user_count_detail"),
    ("targetgroupusercountdetailext", "user_count_detail_ext"),
];
/// Words that look like plurals and have no singular, or are one.
const UNCOUNTED: WordList = WordList(
    "access address analysis anonymous data ews history info learning news progress series sms statistics status",
);
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
    let words = segment.split('-').map(|word| {
        let renamed = RENAMED.iter().find(|(from, _)| *from == word);
        let split = || JOINED.iter().find(|words| words.replace('_', "") == word);
        renamed
            .map(|(_, words)| *words)
            .or_else(split)
            .unwrap_or(word)
    });
    words.collect::<Vec<_>>().join("_")
}

/// The singular of the last word of a phrase.
pub(super) fn singular(phrase: &str) -> String {
    let last_word = phrase.rsplit('_').next().unwrap_or_default();
    match UNCOUNTED.contains(last_word) {
        true => phrase.to_owned(),
        false => replace_ending(phrase, &SINGULARS),
    }
}

/// The plural of the last word of a phrase; that of nothing is nothing.
pub(super) fn plural(phrase: &str) -> String {
    let last_word = phrase.rsplit('_').next().unwrap_or_default();
    match is_plural(phrase) || phrase.is_empty() || UNCOUNTED.contains(last_word) {
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
        assert_eq!(words("gsuite-addin"), "google_workspace_add_in");
        assert_eq!(plural("progress"), "progress");
    }
}

//! The English words and plurals that the naming needs to know.

/// Path segments that are several words written as one.
const JOINED: &[(&str, &str)] = &[
    ("addin", "add_in"),
    ("analysisexclusions", "analysis_exclusions"),
    ("categorylookup", "category_lookup"),
    ("codetypes", "code_types"),
    ("downloadscormproxy", "download_scorm_proxy"),
    ("gamificationreport", "gamification_report"),
    ("getcompany", "get_legacy"),
    ("googleoauth", "google_oauth"),
    ("googleworkspace", "google_workspace"),
    ("ir", "incident_response"),
    ("is", "incident_sharing"),
    ("licenseexpirydate", "license_expiry_date"),
    ("lmscommit", "lms_commit"),
    ("lmsfinish", "lms_finish"),
    ("lmsgetvalue", "lms_get_value"),
    ("lmsinitialize", "lms_initialize"),
    ("lmslog", "lms_log"),
    ("lmssetvalue", "lms_set_value"),
    ("membershiprequest", "membership_request"),
    ("orgunit", "org_unit"),
    ("privacymask", "privacy_mask"),
    ("roleswithavailable", "roles_with_available"),
    ("scormproxy", "scorm_proxy"),
    ("securitygrowthauth", "security_growth_auth"),
    ("securitygrowthdashboard", "security_growth_dashboard"),
    ("targetgroupusercountdetail", "user_count_detail"),
    ("targetgroupusercountdetailext", "user_count_detail_ext"),
    ("timezone", "time_zone"),
    ("timezones", "time_zones"),
    ("typelookup", "type_lookup"),
    ("whitelabeling", "white_labeling"),
];

/// `target-users` as `target_users`; words written as one are split.
pub(super) fn words(segment: &str) -> String {
    let segment = segment.to_lowercase();
    match JOINED.iter().find(|(joined, _)| *joined == segment) {
        Some((_, words)) => (*words).to_owned(),
        None => segment.replace('-', "_"),
    }
}

/// The singular of the last word of a phrase.
pub(super) fn singular(phrase: &str) -> String {
    let (head, word) = phrase.split_at(phrase.rfind('_').map_or(0, |index| index + 1));
    let singular = match word {
        "anonymous" | "series" | "status" | "analysis" | "sms" | "ews" | "address" | "stats"
        | "statistics" | "news" => word.to_owned(),
        _ if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if word.ends_with("sses") || word.ends_with("xes") || word.ends_with("ches") => {
            word[..word.len() - 2].to_owned()
        }
        _ if word.ends_with('s') && !word.ends_with("ss") => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    };
    format!("{head}{singular}")
}

/// The plural of the last word of a phrase.
pub(super) fn plural(phrase: &str) -> String {
    if is_plural(phrase) {
        return phrase.to_owned();
    }
    match phrase {
        _ if phrase.ends_with('y') && !phrase.ends_with("ay") && !phrase.ends_with("ey") => {
            format!("{}ies", &phrase[..phrase.len() - 1])
        }
        _ if phrase.ends_with("ss") || phrase.ends_with('x') || phrase.ends_with("ch") => {
            format!("{phrase}es")
        }
        _ if phrase.ends_with("status") => phrase.to_owned(),
        _ => format!("{phrase}s"),
    }
}

/// Whether the last word of a phrase is a plural.
pub(super) fn is_plural(phrase: &str) -> bool {
    singular(phrase) != phrase
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

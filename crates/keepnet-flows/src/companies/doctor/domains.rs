//! Whether the domains of a customer's users are verified.

use super::finding::{FindingKind, Found};
use crate::Company;

/// The most domains that a finding names.
const MOST_NAMED: usize = 5;

/// What is found in the domains of a company.
pub(super) async fn find_in_domains(company: &Company) -> Option<Found> {
    let listed = company.raw().list_unverified_allow_lists().await;
    match listed.map_err(company.context("listing the domains that are not verified")) {
        Ok(domains) => judge(domains),
        Err(error) => Some(Found::new(
            FindingKind::DomainsUnknown,
            error.problem(),
            error
                .hint()
                .unwrap_or("look at the allowed domains of the company in the web client"),
        )),
    }
}

fn judge(mut domains: Vec<String>) -> Option<Found> {
    domains.sort_unstable();
    domains.dedup();
    let mut named: Vec<String> = domains.iter().take(MOST_NAMED).cloned().collect();
    if domains.len() > MOST_NAMED {
        named.push(format!("and {} more", domains.len() - MOST_NAMED));
    }
    let verb = match domains.len() {
        0 => return None,
        1 => "1 domain of users is",
        _ => &format!("{} domains of users are", domains.len()),
    };
    Some(Found::new(
        FindingKind::UnverifiedDomain,
        format!("{verb} not verified: {}", named.join(", ")),
        "verify them in the allowed domains of the company; their users get no mail until then",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unverified_domains_are_named_and_counted() {
        let check = |domains: &[&str], expected: Option<&str>| {
            let found = judge(domains.iter().map(|it| (*it).to_owned()).collect());
            let detail = found.map(|found| found.detail);
            assert_eq!(detail.as_deref(), expected, "{domains:?}");
        };
        check(&[], None);
        check(
            &["a.example"],
            Some("1 domain of users is not verified: a.example"),
        );
        check(
            &["b.example", "a.example", "b.example"],
            Some("2 domains of users are not verified: a.example, b.example"),
        );
        check(
            &["f", "e", "d", "c", "b", "a"],
            Some("6 domains of users are not verified: a, b, c, d, e, and 1 more"),
        );
    }
}

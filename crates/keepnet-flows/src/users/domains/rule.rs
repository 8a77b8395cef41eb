//! When a domain is one of the customer.

use std::collections::HashSet;

use keepnet_staff_list::normalize_email;

/// From how many people of one domain on they are compared with how many users have it.
const MANY_PEOPLE: u64 = 10;
/// How many of them one user with the domain explains.
const PEOPLE_OF_ONE: u64 = 10;

/// Whether a domain of `people` on a list is one of the customer: some of its `active` users have it. One
/// consultant does not make the domain of their employer the customer's, so many people need a tenth as many
/// users; but most of the users do, as where a few have tried the service before everybody joins.
pub(crate) fn is_own_domain(people: u64, users: u64, active: u64) -> bool {
    users > 0
        && (people < MANY_PEOPLE
            || people <= users.saturating_mul(PEOPLE_OF_ONE)
            || users.saturating_mul(2) > active)
}

/// The domain of an address, without regard to case and to how an internationalised domain is written.
/// A subdomain is another domain.
pub(crate) fn domain_of(email: &str) -> String {
    let email = normalize_email(email.trim());
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    match domain.is_ascii() {
        true => domain.to_owned(),
        false => idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned()),
    }
}

/// The ways to write a domain: an internationalised one has two.
pub(super) fn spellings(domain: &str) -> Vec<String> {
    let mut spellings = vec![domain.to_owned()];
    if let (unicode, Ok(())) = idna::domain_to_unicode(domain)
        && unicode != domain
    {
        spellings.push(unicode);
    }
    spellings
}

/// The domains that somebody has named, with or without `@`.
pub(crate) struct NamedDomains(HashSet<String>);

impl NamedDomains {
    pub(crate) fn new(domains: &[String]) -> NamedDomains {
        let named = domains
            .iter()
            .map(|text| domain_of(&format!("@{}", text.trim())));
        NamedDomains(named.collect())
    }

    pub(crate) fn contains(&self, domain: &str) -> bool {
        self.0.contains(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_has_one_spelling() {
        let check = |email: &str, expected: &str| assert_eq!(domain_of(email), expected, "{email}");
        check("nia@acme.example", "acme.example");
        check(" Nia@ACME.Example ", "acme.example");
        check("nia@sub.acme.example", "sub.acme.example");
        check("nia@bücher.example", "xn--bcher-kva.example");
        check("nia@BÜCHER.example", "xn--bcher-kva.example");
        check("nia@xn--bcher-kva.example", "xn--bcher-kva.example");
        check("nobody", "");
    }

    #[test]
    fn named_domains_are_compared_like_addresses() {
        let named = ["@Acme.example ", "bücher.example"].map(str::to_owned);
        let named = NamedDomains::new(&named);
        for (domain, expected) in [
            ("acme.example", true),
            ("xn--bcher-kva.example", true),
            ("sub.acme.example", false),
            ("", false),
        ] {
            assert_eq!(named.contains(domain), expected, "{domain}");
        }
    }

    #[test]
    fn own_domain_has_enough_users() {
        let check = |(people, users, active): (u64, u64, u64), expected: bool| {
            let case = (people, users, active);
            assert_eq!(is_own_domain(people, users, active), expected, "{case:?}");
        };
        check((1, 0, 40), false);
        check((9, 1, 40), true);
        check((10, 1, 40), true);
        check((11, 1, 40), false);
        check((500, 50, 400), true);
        check((501, 50, 400), false);
        // A few users try the service before everybody joins.
        check((5000, 3, 4), true);
        check((5000, 2, 4), false);
    }
}

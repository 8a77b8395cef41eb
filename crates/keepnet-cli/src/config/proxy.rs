//! The proxy that the environment asks for; the libraries read no environment.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use super::environment::Environment;
use super::setting::{Setting, Source};

/// The proxy for `url`: that of `HTTPS_PROXY`, unless `NO_PROXY` contains the host.
///
/// Plain HTTP is only for the loopback interface, and never uses a proxy.
pub(super) fn for_url(url: &str, environment: &Environment) -> Option<Setting> {
    let url: Uri = url.trim().to_lowercase().parse().ok()?;
    let variable = |name: &str| {
        let names = [name.to_lowercase(), name.to_owned()].into_iter();
        let mut set = names.filter_map(|name| Some((environment.text(&name)?, name)));
        set.next()
    };
    let (proxy, name) = variable("HTTPS_PROXY").or_else(|| variable("ALL_PROXY"))?;
    // `*.example` is not in the matcher's grammar, where `.example` means the same.
    let (excluded, _) = variable("NO_PROXY").unwrap_or_default();
    let excluded = excluded.to_lowercase().replace("*.", ".");
    // The matcher only decides: it would ignore a proxy address that it cannot parse.
    let matcher = Matcher::builder().https("http://proxy").no(excluded);
    matcher.build().intercept(&url)?;
    Some(Setting::new(proxy.trim(), Source::Variable(name)))
}

/// The address without user name and password.
pub(super) fn without_password(proxy: &str) -> String {
    match (proxy.split_once("://"), proxy.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => proxy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_of_proxy_is_left_out() {
        let check = |proxy: &str, expected: &str| assert_eq!(without_password(proxy), expected);
        check("http://proxy.example:3128", "http://proxy.example:3128");
        check("http://me:p@ss@proxy.example", "http://proxy.example");
        check("me:secret@proxy.example:80", "proxy.example:80");
    }

    #[test]
    fn proxy_follows_the_environment() {
        let check = |url: &str, set: &[(&str, &str)], expected: Option<&str>| {
            let found = for_url(url, &Environment::of(set));
            let found = found.as_ref().map(|found| found.value.as_str());
            assert_eq!(found, expected, "{url} {set:?}");
        };
        let service = "https://api.example";
        let proxy = ("HTTPS_PROXY", "http://proxy.example:3128");
        let lower = ("https_proxy", "http://lower.example:3128");
        check(service, &[], None);
        check(service, &[proxy], Some(proxy.1));
        check(service, &[proxy, lower], Some(lower.1));
        check(
            service,
            &[("ALL_PROXY", "http://all.example")],
            Some("http://all.example"),
        );
        check("http://127.0.0.1:8080", &[proxy], None);
        for (no_proxy, is_excluded) in [
            ("*", true),
            ("api.example", true),
            ("other.example, .example", true),
            ("*.example", true),
            ("pi.example", false),
            ("", false),
            ("other.example", false),
        ] {
            let expected = (!is_excluded).then_some(proxy.1);
            check(
                "https://API.example:443/x",
                &[proxy, ("NO_PROXY", no_proxy)],
                expected,
            );
        }
    }
}

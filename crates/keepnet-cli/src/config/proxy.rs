//! Which proxy the environment wants; the libraries read no environment.

/// The proxy for `url`, which `HTTPS_PROXY` names and `NO_PROXY` excepts.
///
/// Plain http goes to the loopback interface alone, and never through a proxy.
pub(crate) fn for_url(url: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let rest = url.trim().strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = host(authority);
    let either = |upper: &str| read(&upper.to_lowercase()).or_else(|| read(upper));
    let is_excepted = either("NO_PROXY").is_some_and(|list| {
        list.split(',')
            .map(|entry| entry.trim().to_lowercase())
            .any(|entry| excepts(&entry, &host))
    });
    if is_excepted {
        return None;
    }
    either("HTTPS_PROXY")
        .or_else(|| either("ALL_PROXY"))
        .map(|proxy| proxy.trim().to_owned())
}

fn host(authority: &str) -> String {
    let address = authority.rsplit('@').next().unwrap_or(authority);
    let host = match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => address.split(':').next(),
    };
    host.unwrap_or(address).to_lowercase()
}

/// `*` excepts all hosts; a name excepts itself and what is below it.
fn excepts(entry: &str, host: &str) -> bool {
    let name = entry.trim_start_matches("*.").trim_start_matches('.');
    entry == "*"
        || !name.is_empty()
            && (host == name
                || host
                    .strip_suffix(name)
                    .is_some_and(|above| above.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::for_url;

    #[test]
    fn the_proxy_is_the_one_of_the_environment() {
        let check = |url: &str, set: &[(&str, &str)], expected: Option<&str>| {
            let read = |name: &str| {
                let value = set.iter().find(|(known, _)| *known == name);
                value.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(for_url(url, &read).as_deref(), expected, "{url} {set:?}");
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
        for (no_proxy, excepted) in [
            ("*", true),
            ("api.example", true),
            ("other.example, .example", true),
            ("*.example", true),
            ("pi.example", false),
            ("", false),
            ("other.example", false),
        ] {
            let expected = (!excepted).then_some(proxy.1);
            check(
                "https://API.example:443/x",
                &[proxy, ("NO_PROXY", no_proxy)],
                expected,
            );
        }
    }
}

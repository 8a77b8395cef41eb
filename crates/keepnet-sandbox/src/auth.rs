//! Tokens: issuing them for client credentials, and telling who calls by the one that is sent.

use std::time::Duration;

use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::operations::{Access, OPERATIONS};
use crate::rules::Rules;
use crate::seed::Role;
use crate::server::Settings;
use crate::state::{CompanyIndex, Token, World};

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) client_id: String,
    pub(crate) role: Role,
    /// The caller's own company.
    pub(crate) home: CompanyIndex,
}

/// Answers `POST /connect/token`.
pub(crate) fn issue_token(
    world: &mut World,
    settings: &Settings,
    headers: &HeaderMap,
    body: &[u8],
    dies_after: Option<Duration>,
) -> Answer {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type
        .to_ascii_lowercase()
        .starts_with("application/x-www-form-urlencoded")
    {
        return Err(Failure::internal("An unexpected error occurred"));
    }
    let form = decode_form(body);
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    if field("grant_type") != "client_credentials" {
        return Err(Failure::oauth(
            "unsupported_grant_type",
            "Only client_credentials is answered",
        ));
    }
    let known = world
        .clients
        .iter()
        .find(|client| client.client_id == field("client_id"));
    let Some(client) =
        known.filter(|client| client.active && client.client_secret == field("client_secret"))
    else {
        return Err(Failure::oauth(
            "invalid_client",
            "No client has this id and secret",
        ));
    };
    if !matches!(field("scope"), "" | "api1") {
        return Err(Failure::oauth("invalid_scope", "The scope is api1"));
    }
    let caller = Caller {
        client_id: client.client_id.clone(),
        role: client.role,
        home: client.company,
    };
    world.counters.tokens += 1;
    let now = settings.clock.now();
    let access_token = remember_token(world, &settings.rules, caller.clone(), now);
    if let (Some(early), Some(token)) = (dies_after, world.tokens.get_mut(&access_token)) {
        token.expires = after(now, early);
    }
    Ok(Reply::Bare(json!({
        "access_token": access_token,
        "expires_in": settings.rules.token_lifetime.as_secs(),
        "token_type": "Bearer",
        "scope": "api1",
        "permissions": permissions(caller.role),
    })))
}

/// Who calls, by the bearer token: 401 without one, and with one that is unknown or expired.
pub(crate) fn caller(
    world: &World,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Caller, Failure> {
    let token = bearer(headers).and_then(|text| world.tokens.get(text));
    match token {
        Some(token) if now < token.expires => Ok(token.caller.clone()),
        _ => Err(Failure::unauthorised()),
    }
}

/// Makes the token that is sent worthless, from now on.
pub(crate) fn revoke(world: &mut World, headers: &HeaderMap) {
    if let Some(text) = bearer(headers) {
        world.tokens.remove(text);
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, text) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim())
}

fn after(now: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    now.saturating_add(time).unwrap_or(Timestamp::MAX)
}

fn remember_token(world: &mut World, rules: &Rules, caller: Caller, now: Timestamp) -> String {
    world.tokens.retain(|_, token| now < token.expires);
    let expires = after(now, rules.token_lifetime);
    let text = write_token(world, &caller, now, expires);
    world.tokens.insert(text.clone(), Token { caller, expires });
    text
}

/// Shaped like a JWT with the documented claims, so that a client may look into it; the signature
/// is no signature.
fn write_token(world: &mut World, caller: &Caller, now: Timestamp, expires: Timestamp) -> String {
    let serial = world.ids.next();
    let company = &world.companies[caller.home];
    let parent = company.parent.map(|index| &world.companies[index]);
    let reseller = caller.role == Role::Reseller;
    let claims = json!({
        "client_id": caller.client_id,
        "role": if reseller { "Reseller" } else { "Company Admin" },
        "reseller_access": reseller,
        "company_admin_access": !reseller,
        "root_access": false,
        "user_company_id": company.number,
        "user_company_name": company.name,
        "user_company_resourceid": company.id,
        "user_company_parentcompany_name": parent.map(|parent| &parent.name),
        "user_company_parentcompany_resourceid": parent.map(|parent| &parent.id),
        "scope": ["api1"],
        "iat": now.as_second(),
        "exp": expires.as_second(),
        "jti": serial.to_string(),
    });
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    format!(
        "{}.{}.{}",
        part(&json!({ "alg": "none", "typ": "JWT" })),
        part(&claims),
        base64url(b"sandbox")
    )
}

/// `path/{x}|METHOD` for each operation that the role may call, without the leading `/api/`.
fn permissions(role: Role) -> Vec<String> {
    let allowed = OPERATIONS.iter().filter(|route| match route.access {
        Access::Anonymous => false,
        Access::Everyone | Access::InCompany => true,
        Access::Resellers => role == Role::Reseller,
    });
    let path = |path: &'static str| path.strip_prefix("/api/").unwrap_or(path);
    allowed
        .map(|route| format!("{}|{}", path(route.path), route.method))
        .collect()
}

fn decode_form(body: &[u8]) -> Vec<(String, String)> {
    let decode = |bytes: &[u8]| {
        let spaced: Vec<u8> = bytes
            .iter()
            .map(|&byte| if byte == b'+' { b' ' } else { byte })
            .collect();
        percent_encoding::percent_decode(&spaced)
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = body.split(|&byte| byte == b'&');
    pairs
        .map(|pair| {
            let split = pair
                .iter()
                .position(|&byte| byte == b'=')
                .unwrap_or(pair.len());
            (
                decode(&pair[..split]),
                decode(pair.get(split + 1..).unwrap_or_default()),
            )
        })
        .collect()
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(
                ALPHABET[(group >> (18 - 6 * digit) & 63) as usize],
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_parts_are_base64url_without_padding() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(base64url(bytes), expected);
        check(b"", "");
        check(b"f", "Zg");
        check(b"fo", "Zm8");
        check(b"foo", "Zm9v");
        check(b"\xfb\xff\xfe", "-__-");
    }

    #[test]
    fn forms_are_decoded() {
        let form = decode_form(b"scope=api1&client_secret=a%2Bb+c&flag");
        let pairs: Vec<_> = form
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("scope", "api1"), ("client_secret", "a+b c"), ("flag", "")]
        );
    }
}

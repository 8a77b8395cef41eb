//! Tokens: issuing them for client credentials, and finding the caller of a request.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::core::Settings;
use crate::http::{ApiError, HandlerResult, Reply, header, media_type};
use crate::route::{Access, Route};
use crate::seed::Role;
use crate::state::{Caller, State, Token};

/// A request for a token.
pub(crate) struct TokenRequest<'r> {
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r [u8],
    /// The lifetime that an injected fault gives the token, regardless of its `expires_in`.
    pub(crate) lifetime: Option<Duration>,
}

/// Handles `POST /connect/token`. The permissions list those of `routes` that the role may call.
pub(crate) fn issue_token(
    state: &mut State,
    settings: &Settings,
    routes: &[Route],
    request: &TokenRequest<'_>,
) -> HandlerResult {
    if media_type(request.headers) != "application/x-www-form-urlencoded" {
        // The service returns 500 to a JSON body here.
        let error = ApiError::internal("An unexpected error occurred");
        return Err(error.because("send the token request as application/x-www-form-urlencoded"));
    }
    let field = |name: &str| {
        let mut pairs = form_urlencoded::parse(request.body);
        let found = pairs.find(|(key, _)| key == name);
        found.map_or_else(String::new, |(_, value)| value.into_owned())
    };
    if field("grant_type") != "client_credentials" {
        return Err(ApiError::oauth(
            "unsupported_grant_type",
            "The only grant type is client_credentials",
        ));
    }
    let (client_id, secret) = (field("client_id"), field("client_secret"));
    let mut clients = state.clients.iter();
    let client = clients.find(|client| client.client_id == client_id);
    let client = client
        .filter(|client| client.active && client.client_secret.expose_secret() == secret)
        .ok_or_else(|| ApiError::oauth("invalid_client", "No client has this id and secret"))?;
    if !matches!(field("scope").as_str(), "" | "api1") {
        return Err(ApiError::oauth("invalid_scope", "The scope is api1"));
    }
    let caller = Caller {
        client_id,
        role: client.role(),
        home: client.company,
    };
    let now = settings.clock.now();
    let lifetime = settings.rules.token_lifetime;
    let text = write_token(state, &caller, now, add(now, lifetime));
    let reply = json!({
        "access_token": text,
        "expires_in": lifetime.as_secs(),
        "token_type": "Bearer",
        "scope": "api1",
        "permissions": permissions(routes, caller.role),
    });
    let expires = add(now, request.lifetime.unwrap_or(lifetime));
    state.counters.tokens += 1;
    state.tokens.retain(|_, token| now < token.expires);
    state.tokens.insert(text, Token { caller, expires });
    Ok(Reply::Bare(reply))
}

/// Finds the caller by the bearer token; 401 if it is missing, unknown or expired.
pub(crate) fn find_caller(
    state: &State,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Caller, ApiError> {
    match state.tokens.get(bearer_token(headers)) {
        Some(token) if now < token.expires => Ok(token.caller.clone()),
        _ => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "The bearer token is missing, unknown or expired",
        )),
    }
}

/// Makes the token of a request invalid from now on.
pub(crate) fn revoke_token(state: &mut State, headers: &HeaderMap) {
    state.tokens.remove(bearer_token(headers));
}

/// The bearer token; empty if there is none.
fn bearer_token(headers: &HeaderMap) -> &str {
    match header(headers, AUTHORIZATION.as_str()).split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => "",
    }
}

fn add(now: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    now.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

/// Writes a token in the form of a JWT with the documented claims, so that a client can decode it.
/// It has no valid signature.
fn write_token(state: &mut State, caller: &Caller, now: Timestamp, expires: Timestamp) -> String {
    let serial = state.ids.next();
    let company = &state.companies[caller.home];
    let parent = company.parent.map(|index| &state.companies[index]);
    let is_reseller = caller.role == Role::Reseller;
    let claims = json!({
        "client_id": caller.client_id,
        "role": caller.role.name(),
        "reseller_access": is_reseller,
        "company_admin_access": !is_reseller,
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
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!(
        "{}.{}.{}",
        encode(&json!({ "alg": "none", "typ": "JWT" })),
        encode(&claims),
        BASE64_URL_SAFE_NO_PAD.encode("sandbox")
    )
}

/// The operations that a role may call, each as `path/{x}|METHOD` without the leading `/api/`: the
/// web client compares these texts exactly.
fn permissions(routes: &[Route], role: Role) -> Vec<String> {
    let allowed = routes.iter().filter(|route| match route.access {
        Access::Anonymous => false,
        Access::AnyCompany | Access::InCompany => true,
        Access::Resellers => role == Role::Reseller,
    });
    allowed
        .map(|route| {
            let path = route.path();
            format!(
                "{}|{}",
                path.strip_prefix("/api/").unwrap_or(path),
                route.method()
            )
        })
        .collect()
}

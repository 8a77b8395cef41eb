//! A token, and when it is renewed.

use std::time::{Duration, SystemTime};

use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::token_info::TokenInfo;
use crate::AccessToken;

/// A token is renewed this long before its end, or at four fifths of a life shorter than 25 minutes;
/// and by up to a fifth of that earlier, so that programs started together do not sign in together.
const EARLY: Duration = Duration::from_secs(300);
/// A token so near its end may end before a request with it arrives, so calls wait for its renewal.
const LAST: Duration = Duration::from_secs(30);
/// The life of a token of which the service does not say how long it lives.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// Any other life is nonsense: with less, each call would sign in, and with more, a token would be
/// kept for ever.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// A token and what came with it.
pub(crate) struct Token {
    pub(crate) bearer: HeaderValue,
    pub(crate) info: TokenInfo,
    /// From here on, it is renewed in the background.
    pub(super) renew_at: SystemTime,
    /// From here on, calls wait for the new one.
    pub(super) wait_at: SystemTime,
}

#[derive(Deserialize)]
struct Grant {
    #[serde(deserialize_with = "secret")]
    access_token: SecretString,
    #[serde(default)]
    expires_in: Value,
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    permissions: Vec<String>,
}

impl Token {
    /// Reads the response to a token request. `fraction` is a random number from 0 to 1, which decides
    /// when the token is renewed.
    pub(super) fn read(body: &[u8], now: SystemTime, fraction: f64) -> Option<Self> {
        let grant: Grant = serde_json::from_slice(body).ok()?;
        let life = seconds(&grant.expires_in).map(Duration::from_secs);
        let token = grant.access_token.expose_secret();
        Self::new(token, life, grant.permissions, now, fraction)
    }

    pub(super) fn issued_elsewhere(
        token: &AccessToken,
        now: SystemTime,
        fraction: f64,
    ) -> Option<Self> {
        Self::new(token.secret(), token.life(), Vec::new(), now, fraction)
    }

    fn new(
        token: &str,
        life: Option<Duration>,
        permissions: Vec<String>,
        now: SystemTime,
        fraction: f64,
    ) -> Option<Self> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
        bearer.set_sensitive(true);
        let life = life
            .unwrap_or(USUAL_LIFE)
            .clamp(SHORTEST_LIFE, LONGEST_LIFE);
        let early = EARLY.min(life / 5);
        let renew_at = now + life - early - (early / 5).mul_f64(fraction);
        Some(Self {
            bearer,
            info: TokenInfo::new(token, now + life, permissions),
            renew_at,
            wait_at: renew_at.max(now + life - LAST.min(life)),
        })
    }
}

/// A number, or a number as text; a fraction or a number out of range becomes the nearest one.
fn seconds(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_u64().map_or(number.as_f64()?, |it| it as f64),
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number >= 0.0).then_some(number as u64)
}

fn secret<'de, D: serde::Deserializer<'de>>(input: D) -> Result<SecretString, D::Error> {
    String::deserialize(input).map(SecretString::from)
}

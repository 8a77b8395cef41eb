//! The HTTP proxy that connections go through.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::Error;

#[derive(Clone)]
pub(super) struct Proxy {
    /// Without the user name and the password.
    pub(super) uri: Uri,
    /// The header that signs in at the proxy.
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Reads `http://user:password@host:port`. Without a scheme, it is `http`.
    pub(super) fn parse(address: &str) -> Result<Self, Error> {
        let refuse = || Error::config("proxy: not a usable URL".to_owned());
        let address = match address.contains("://") {
            true => address.to_owned(),
            false => format!("http://{address}"),
        };
        let mut url = Url::parse(&address).map_err(|_| refuse())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse());
        }
        let decode = |text| percent_decode_str(text).collect::<Vec<u8>>();
        let mut sign_in = decode(url.username());
        sign_in.push(b':');
        sign_in.extend(decode(url.password().unwrap_or_default()));
        let authorization = match sign_in.len() {
            1 => None,
            _ => {
                let value = format!("Basic {}", BASE64_STANDARD.encode(sign_in));
                let mut value = HeaderValue::try_from(value).map_err(|_| refuse())?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        // They fail only for URLs without a host, which have neither.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let uri = Uri::try_from(url.as_str()).map_err(|_| refuse())?;
        Ok(Self { uri, authorization })
    }
}

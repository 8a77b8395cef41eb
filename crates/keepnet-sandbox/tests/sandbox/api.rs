//! A plain HTTP client that shares no code with the crate under test.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use keepnet_sandbox::{Builder, Dialect, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpStream;

pub(crate) const ACME: &str = "xC5kfGz7w2Nz";
pub(crate) const GLOBEX: &str = "gL0bEx4mBh8Q";
pub(crate) const ELSEWHERE: &str = "eLs3Wh3reLtd";
pub(crate) const DIALECTS: [Dialect; 2] = [Dialect::Documented, Dialect::Observed];

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Response {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// `data` of a success.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        assert_eq!(
            self.status,
            StatusCode::OK,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        self.json()["data"].take()
    }

    /// The status and message of an error, in either casing.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        assert!(
            !self.status.is_success(),
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        let body = self.json();
        let code = body["status"]
            .as_str()
            .or(body["Status"].as_str())
            .unwrap_or_default();
        (self.status.as_u16(), code.to_owned())
    }
}

/// A caller with headers: usually a token, sometimes a company.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Api {
    pub(crate) fn anonymous(sandbox: &Sandbox) -> Self {
        Self {
            url: sandbox.url().to_owned(),
            headers: Vec::new(),
        }
    }

    pub(crate) async fn reseller(sandbox: &Sandbox) -> Self {
        Self::with_client(sandbox, "sandbox-client", "sandbox-secret").await
    }

    pub(crate) async fn admin(sandbox: &Sandbox) -> Self {
        Self::with_client(sandbox, "admin-client", "admin-secret").await
    }

    pub(crate) async fn with_client(sandbox: &Sandbox, id: &str, secret: &str) -> Self {
        let api = Self::anonymous(sandbox);
        let form = format!(
            "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=api1"
        );
        let response = api.token(&form).await;
        assert_eq!(response.status, StatusCode::OK, "{response:?}");
        let token = response.json()["access_token"].as_str().unwrap().to_owned();
        api.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn with(&self, header: &'static str, value: &str) -> Self {
        let mut api = self.clone();
        api.headers.push((header, value.to_owned()));
        api
    }

    pub(crate) fn company(&self, id: &str) -> Self {
        self.with("x-keepnet-company-id", id)
    }

    pub(crate) async fn token(&self, form: &str) -> Response {
        let api = self.with("content-type", "application/x-www-form-urlencoded");
        api.send(Method::POST, "/connect/token", form.to_owned().into())
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, Bytes::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.json(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Response {
        self.json(Method::PUT, path, body).await
    }

    pub(crate) async fn upload(&self, file_name: &str, bytes: &[u8]) -> Response {
        let part = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"File\"; filename=\"{file_name}\"\r\n\r\n"
        );
        let body = [part.as_bytes(), bytes, b"\r\n--XX--\r\n"].concat();
        let api = self.with("content-type", "multipart/form-data; boundary=XX");
        api.send(Method::POST, "/api/target-users/upload", body.into())
            .await
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Response {
        let api = self.with("content-type", "application/json");
        api.send(method, path, body.to_string().into()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Bytes) -> Response {
        let address = self.url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", address);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = sender
            .send_request(request.body(Full::new(body)).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let content_type = parts
            .headers
            .get("content-type")
            .map(|value| value.to_str().unwrap());
        Response {
            status: parts.status,
            content_type: content_type.unwrap_or_default().to_owned(),
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes(),
        }
    }
}

/// A sandbox that fails the test if an accepted request or a response violates the contract.
pub(crate) fn validated() -> Builder {
    Sandbox::builder().validate_against_contract()
}

/// A sandbox and a reseller with a token.
pub(crate) async fn start(builder: Builder) -> (Sandbox, Api) {
    let sandbox = builder.start().await.unwrap();
    let reseller = Api::reseller(&sandbox).await;
    (sandbox, reseller)
}

/// A search for the first 1,000 records, in the order of creation.
pub(crate) fn everything() -> Value {
    search_with(json!([]))
}

/// The same search with these conditions.
pub(crate) fn search_with(items: Value) -> Value {
    json!({
        "pageNumber": 1,
        "pageSize": 1000,
        "orderBy": "CreateTime",
        "ascending": true,
        "filter": {
            "Condition": "AND",
            "SearchInputTextValue": "",
            "FilterGroups": [{ "Condition": "AND", "FilterItems": items, "FilterGroups": [] }],
        },
    })
}

/// The values of one property in all rows.
pub(crate) fn column<'a>(rows: &'a Value, name: &str) -> Vec<&'a str> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row[name].as_str().unwrap_or_default())
        .collect()
}

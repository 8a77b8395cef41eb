//! Where the generated client meets the session: the only place that names both.

use progenitor_client::{ByteStream, ClientHooks, Error as RawError, OperationInfo, ResponseValue};
use reqwest::{Method, Request, Response};
use serde::de::DeserializeOwned;

use crate::{Client, ClientConfig, CompanyId, Error, Form, Session};

impl Client {
    /// Prepares a client and signs in, so that wrong credentials show at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for an unusable configuration, and those of
    /// [`Session::token_info`].
    pub async fn connect(config: ClientConfig) -> Result<Self, Error> {
        let session = Session::new(&config)?;
        session.token_info().await?;
        Ok(session.into())
    }

    /// The same client, acting in a customer company. Shares the token, connections and limits.
    #[must_use]
    pub fn for_company(&self, company: &CompanyId) -> Self {
        self.inner.for_company(company).into()
    }

    /// Whether the credential may do this, as far as the token tells; see [`Session::permits`].
    ///
    /// # Errors
    ///
    /// Those of [`Session::token_info`].
    pub async fn permits(&self, operation: &str) -> Result<Option<bool>, Error> {
        self.inner.permits(operation).await
    }

    /// What the operations run on.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.inner
    }

    /// Sends a multipart form as the given operation, on behalf of a generated method. `path` starts
    /// with `/api/` and has its segments percent-encoded.
    ///
    /// # Errors
    ///
    /// As for a generated method: give it to [`open`](crate::open) or [`Error::from_raw`].
    pub async fn send_form<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        path: String,
        form: &Form,
    ) -> Result<ResponseValue<T>, RawError<()>> {
        let response = self
            .inner
            .execute_form(operation, method, &path, form)
            .await;
        match response.status().as_u16() {
            200 | 201 => ResponseValue::from_response(response).await,
            _ => Err(RawError::UnexpectedResponse(response)),
        }
    }

    /// As [`Client::send_form`], for an operation that answers a file.
    ///
    /// # Errors
    ///
    /// As for a generated method: give it to [`Download::open`](crate::Download::open).
    pub async fn send_form_for_bytes(
        &self,
        operation: &'static str,
        method: Method,
        path: String,
        form: &Form,
    ) -> Result<ResponseValue<ByteStream>, RawError<()>> {
        let response = self
            .inner
            .execute_form(operation, method, &path, form)
            .await;
        match response.status().as_u16() {
            200 | 201 => Ok(ResponseValue::stream(response)),
            _ => Err(RawError::UnexpectedResponse(response)),
        }
    }
}

impl From<Session> for Client {
    /// A client that signs in with its first call.
    fn from(session: Session) -> Self {
        Self {
            baseurl: session.base_url().to_owned(),
            client: session.http().clone(),
            inner: session,
        }
    }
}

impl ClientHooks<Session> for Client {
    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        self.inner.execute(request, info.operation_id).await
    }
}

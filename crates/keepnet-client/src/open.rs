use progenitor_client::{Error as RawError, ResponseValue};
use serde::de::DeserializeOwned;

use crate::call::{self, Call, observe};
use crate::error::ErrorBody;
use crate::exchange::MESSAGE_LIMIT;
use crate::{Envelope, Error, ErrorKind};

/// Awaits a generated method and takes the data out of its envelope.
///
/// `operation` names the call in errors; for a generated method it is the method's name.
///
/// # Errors
///
/// Any [`Error`]; [`ErrorKind::Rejected`] where a 200 says that it failed, and
/// [`ErrorKind::Protocol`] where it holds no data.
pub fn open<T: DeserializeOwned>(
    operation: &'static str,
    call: impl Future<Output = Result<ResponseValue<Envelope<T>>, RawError<()>>>,
) -> impl Future<Output = Result<T, Error>> {
    // Here and not when it is first polled: what is moved from then on is a pointer.
    let call = Box::pin(call);
    async move {
        let (call, data) = envelope_data(operation, call).await?;
        data.ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "the answer holds no data").with_call(operation, call)
        })
    }
}

/// As [`open`], for operations that may answer without data.
///
/// # Errors
///
/// Any [`Error`]; [`ErrorKind::Rejected`] where a 200 says that it failed.
pub async fn open_optional<T: DeserializeOwned>(
    operation: &'static str,
    call: impl Future<Output = Result<ResponseValue<Envelope<T>>, RawError<()>>>,
) -> Result<Option<T>, Error> {
    envelope_data(operation, Box::pin(call))
        .await
        .map(|(_, data)| data)
}

/// As [`open`], for the few operations whose answer has no envelope.
///
/// # Errors
///
/// Any [`Error`] but [`ErrorKind::Rejected`].
pub async fn open_plain<T>(
    operation: &'static str,
    call: impl Future<Output = Result<ResponseValue<T>, RawError<()>>>,
) -> Result<T, Error> {
    let (call, outcome) = observe(call).await;
    match outcome {
        Ok(value) => Ok(value.into_inner()),
        Err(raw) => Err(Error::from_raw_during(operation, call, raw).await),
    }
}

async fn envelope_data<T: DeserializeOwned>(
    operation: &'static str,
    call: impl Future<Output = Result<ResponseValue<Envelope<T>>, RawError<()>>>,
) -> Result<(Option<Call>, Option<T>), Error> {
    let (call, outcome) = observe(call).await;
    let (status, envelope) = match outcome {
        Ok(value) => (value.status(), value.into_inner()),
        // The contract names one success status; a service that answers 201 or 204 instead of 200
        // has succeeded all the same.
        Err(RawError::UnexpectedResponse(response)) if response.status().is_success() => {
            let status = response.status();
            let (body, ended) = call::read_limited(response, MESSAGE_LIMIT).await;
            if let Err(error) = ended {
                let raw = RawError::ResponseBodyError(error);
                return Err(Error::from_raw_during(operation, call, raw).await);
            }
            match body.trim_ascii() {
                [] => (status, Envelope::default()),
                body => match serde_json::from_slice(body) {
                    Ok(envelope) => (status, envelope),
                    Err(error) => {
                        let raw = RawError::InvalidResponsePayload(body.to_vec().into(), error);
                        return Err(Error::from_raw_during(operation, call, raw).await);
                    }
                },
            }
        }
        Err(raw) => return Err(Error::from_raw_during(operation, call, raw).await),
    };
    if envelope.is_success() {
        return Ok((call, envelope.data));
    }
    let reply = ErrorBody::of_envelope(&envelope);
    Err(Error::new(ErrorKind::Rejected, "the service did not do it")
        .with_call(operation, call)
        .with_answer(status, reply))
}

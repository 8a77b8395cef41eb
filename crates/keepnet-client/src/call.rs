use std::cell::RefCell;
use std::time::SystemTime;

use crate::random::RequestId;
use crate::{CompanyId, Safety};

tokio::task_local! {
    static LAST: RefCell<Option<Call>>;
}

/// What the run time knows about one call, attached to its response as an extension.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) operation: &'static str,
    pub(crate) company: Option<CompanyId>,
    pub(crate) request_id: RequestId,
    pub(crate) tries: u32,
    /// Whether another try was due but not paid for.
    pub(crate) budget_spent: bool,
    pub(crate) safety: Safety,
    /// When the last try ended, by the injected clock.
    pub(crate) answered: Option<SystemTime>,
}

impl Call {
    /// The operation's id.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The company the call was scoped to.
    #[must_use]
    pub fn company(&self) -> Option<&CompanyId> {
        self.company.as_ref()
    }

    /// The id sent as `X-Request-Id`, the same on every try.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.request_id.as_str()
    }

    /// How many requests were sent, the one after a renewed token included.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Leaves the call where [`observe`] finds it: a generated method drops the extensions of a
    /// response once it has read the body. Gives it back where nobody observes.
    pub(crate) fn record(self) -> Result<(), Self> {
        let mut call = Some(self);
        let _ = LAST.try_with(|last| last.replace(call.take()));
        call.map_or(Ok(()), Err)
    }
}

/// Runs one generated method and tells which call it made.
pub(crate) async fn observe<F: Future>(method: F) -> (Option<Call>, F::Output) {
    LAST.scope(RefCell::new(None), async {
        let output = method.await;
        (LAST.with(RefCell::take), output)
    })
    .await
}

/// Reads at most `limit` bytes of a body, and tells how reading ended.
pub(crate) async fn read_limited(
    mut response: reqwest::Response,
    limit: usize,
) -> (Vec<u8>, reqwest::Result<()>) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if body.len() == limit {
                    return (body, Ok(()));
                }
            }
            Ok(None) => return (body, Ok(())),
            Err(error) => return (body, Err(error)),
        }
    }
}

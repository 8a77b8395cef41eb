//! The rest of a resumed import.

use crate::Result;
use crate::import::{ConfirmedImport, Preview, Receipt};

/// The rest of an import.
#[derive(Debug)]
#[must_use = "a resumed import still has to be confirmed or awaited"]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one value of it, and it is matched at once"
)]
pub enum Resumed {
    /// Nothing is written yet: the import was not confirmed, or the service has not got the request
    /// ([`Preview::was_confirmed`]).
    Preview(Preview),
    /// The service has accepted the import, which must not be requested again; this watches its job.
    Confirmed(ConfirmedImport),
    /// The import was finished already; nothing was sent.
    Done(Receipt),
}

impl Resumed {
    /// The receipt; confirms an import that was not confirmed.
    ///
    /// # Errors
    ///
    /// Those of awaiting a [`ConfirmedImport`].
    pub async fn confirm(self) -> Result<Receipt> {
        match self {
            Resumed::Preview(preview) => preview.confirm().await,
            Resumed::Confirmed(import) => import.await,
            Resumed::Done(receipt) => Ok(receipt),
        }
    }
}

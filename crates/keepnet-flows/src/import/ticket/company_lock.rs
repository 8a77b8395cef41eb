//! The lock of a company in a store: one run at a time imports into it or synchronizes it.

use sha2::{Digest as _, Sha256};

use super::store::{TicketLock, TicketStore};
use super::stored_ticket::StoredTicket;
use crate::{Company, Error, ErrorKind, Result};

/// The beginning of the name of each lock of a company.
pub(crate) const COMPANY_PREFIX: &str = "company-";

/// Makes the caller, which `holder` describes, the only run with this store that imports into the company or
/// synchronizes it.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] if another run has the lock; the error says which, if the store knows it.
pub(crate) async fn lock_company<T: StoredTicket>(
    store: &dyn TicketStore<T>,
    company: &Company,
    holder: &str,
) -> Result<TicketLock> {
    let base_url = company.raw().client().base_url();
    let id = format!("{COMPANY_PREFIX}{}", company_digest(base_url, company.id()));
    match store.lock(&id).await {
        Ok(lock) => {
            store.note_holder(&id, holder).await;
            Ok(lock)
        }
        Err(error) if error.kind() == ErrorKind::Conflict => Err(running(store.holder(&id).await)),
        Err(error) => Err(error),
    }
}

/// The error about a company that another run, if it is known, is writing.
pub(super) fn running(holder: Option<String>) -> Error {
    let other = holder.as_deref();
    let other = other.unwrap_or("another import or synchronization");
    let problem = format!("{other} is running for this company");
    Error::new(ErrorKind::Conflict, problem).with_hint("wait until it ends")
}

/// A name for a company at its service.
pub(crate) fn company_digest(base_url: &str, company_id: &str) -> String {
    let name = format!("{base_url} {company_id}");
    let digest = Sha256::digest(name.as_bytes());
    let bytes = digest.iter().take(12);
    bytes.map(|it| format!("{it:02x}")).collect()
}

//! Users who are not changed, because a directory owns them or they are deleted.

use crate::Result;
use crate::edit_refusal::EditRefusal;
use crate::users::user::User;

/// Refuses a user whom a directory owns. The service's own web client does the same; what the service
/// answers to such a request is unproven.
pub(crate) fn ensure_own(user: &User) -> Result<()> {
    match user.is_managed() {
        true => Err(EditRefusal::OwnedByDirectory {
            managed_by: user.managed_by.clone(),
        }
        .into()),
        false => Ok(()),
    }
}

/// Refuses a user whom a directory owns or who is deleted.
pub(crate) fn ensure_editable(user: &User) -> Result<()> {
    ensure_own(user)?;
    match user.is_deleted() {
        true => Err(EditRefusal::Deleted.into()),
        false => Ok(()),
    }
}

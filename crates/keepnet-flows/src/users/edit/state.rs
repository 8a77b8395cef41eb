//! Deactivating, activating and deleting one user.

use super::outcome::EditOutcome;
use super::ownership::ensure_own;
use super::record::user_id;
use super::write::unknown_outcome;
use crate::polling::look_repeatedly;
use crate::users::find::find_by_id;
use crate::users::user::User;
use crate::{Company, ErrorKind, Result};

impl Company {
    /// Deactivates a user: they receive nothing and do not count towards the licence, and their data
    /// stays. The record is read and sent back whole, so that nothing else changes.
    ///
    /// Returns [`EditOutcome::Done`], or [`EditOutcome::Unchanged`] if the user was inactive.
    ///
    /// # Errors
    ///
    /// Those of [`update_user`](Company::update_user).
    pub async fn deactivate_user(&self, user: &User) -> Result<EditOutcome> {
        let update = self.update_user(user).even_if_changed().active(false);
        let outcome = update.send().await;
        outcome.map_err(self.context("deactivating the user"))
    }

    /// Activates a user; the opposite of [`deactivate_user`](Company::deactivate_user).
    ///
    /// # Errors
    ///
    /// Those of [`update_user`](Company::update_user).
    pub async fn activate_user(&self, user: &User) -> Result<EditOutcome> {
        let update = self.update_user(user).even_if_changed().active(true);
        let outcome = update.send().await;
        outcome.map_err(self.context("activating the user"))
    }

    /// Deletes a user. They leave all groups, the history stays, and the service has no way to restore
    /// them. Searches still find them among the deleted users.
    ///
    /// Returns [`EditOutcome::Done`], or [`EditOutcome::Unchanged`] if the user was deleted before. The
    /// service is asked to delete this id, never a selection.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`], caused by an [`EditRefusal`](crate::EditRefusal), before any request if a
    /// directory owns the user; [`ErrorKind::OutcomeUnknown`] if the response was lost and the service
    /// does not list the user as deleted: to delete them again does no harm; and if the call fails.
    ///
    /// If dropped while the request is in flight, the outcome is unknown.
    pub async fn delete_user(&self, user: &User) -> Result<EditOutcome> {
        let outcome = delete(self, user).await;
        outcome.map_err(self.context("deleting the user"))
    }
}

/// Deletes a user. A lost response is no reason to assume anything: the user is looked for.
pub(crate) async fn delete(company: &Company, user: &User) -> Result<EditOutcome> {
    ensure_own(user)?;
    if user.is_deleted() {
        return Ok(EditOutcome::Unchanged);
    }
    let id = user_id(&user.id)?;
    let error = match company.raw().delete_target_user(&id).optional().await {
        Ok(_) => return Ok(EditOutcome::Done),
        Err(error) => error,
    };
    let look = || async {
        let listed = find_by_id(company, &id, &user.email).await?;
        Ok(listed.filter(User::is_deleted).map(drop))
    };
    if error.kind() == ErrorKind::NotFound {
        // Somebody else has deleted the user, or the company has no such user.
        return match look().await? {
            Some(()) => Ok(EditOutcome::Unchanged),
            None => Err(error),
        };
    }
    if !error.may_have_acted() {
        return Err(error);
    }
    match look_repeatedly(company.raw().client(), look).await {
        Ok(Some(())) => Ok(EditOutcome::Done),
        found => Err(unknown_outcome(
            error,
            found.err(),
            "the user is not deleted so far",
        )),
    }
}

//! Adding one person.

use futures::future::{self, BoxFuture};
use futures::stream;

use super::add_report::{AddOutcome, AddedUser};
use super::add_users::AddUsers;
use super::new_user::NewUser;
use crate::{Company, Error, ErrorKind, Result};

/// One person to add to a company, made by [`Company::add_user`]. Awaiting it adds the person, unless
/// the company has a user with this e-mail address already.
///
/// A problem with the person is an error: [`ErrorKind::Invalid`] if a value is refused, here or by the
/// service; [`ErrorKind::OutcomeUnknown`] if it is not known whether the service has created the user:
/// adding the same person again does no harm.
#[derive(Debug)]
#[must_use = "no user is added unless this is awaited"]
pub struct AddUser {
    users: AddUsers,
}

impl Company {
    /// Adds one person, unless the company has a user with this e-mail address already. Nothing is
    /// sent before it is awaited, which returns the [`AddedUser`](crate::AddedUser).
    pub fn add_user(&self, user: NewUser) -> AddUser {
        AddUser {
            users: self.add_users_from_stream(stream::once(future::ready(user))),
        }
    }
}

impl AddUser {
    /// As [`AddUsers::group`].
    pub fn group(mut self, name_or_id: impl Into<String>) -> AddUser {
        self.users = self.users.group(name_or_id);
        self
    }
}

impl IntoFuture for AddUser {
    type Output = Result<AddedUser>;
    type IntoFuture = BoxFuture<'static, Result<AddedUser>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let report = self.users.await?;
            let (kind, message) = match report.users.into_iter().next() {
                None => (ErrorKind::Protocol, None),
                Some(user) => match user.outcome {
                    AddOutcome::Failed => (ErrorKind::Invalid, user.message),
                    AddOutcome::Unknown => (ErrorKind::OutcomeUnknown, user.message),
                    _ => return Ok(user),
                },
            };
            let error = Error::new(kind, message.unwrap_or_default());
            let error = error.with_action("adding the user");
            Err(error.with_company(&report.company))
        })
    }
}

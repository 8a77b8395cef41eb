//! Adding one person.

use futures::future::{self, BoxFuture};
use futures::stream::{self, TryStreamExt as _};

use super::add_report::{AddOutcome, AddedUser};
use super::add_users::AddUsers;
use super::new_user::NewUser;
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};

/// One person to add to a company, made by [`Company::add_user`]. Awaiting it adds the person, unless
/// the company has a user with this e-mail address already.
///
/// A problem with the person is an error: [`ErrorKind::Invalid`] if a value is refused, here or by the
/// service; [`ErrorKind::OutcomeUnknown`] if it is not known whether the service has created the user:
/// adding the same person again does no harm.
#[derive(Debug)]
#[must_use = "nobody is added unless this is awaited"]
pub struct AddUser {
    company: Company,
    users: AddUsers,
}

impl Company {
    /// Adds one person, unless the company has a user with this e-mail address already. Nothing is
    /// sent before it is awaited, which returns the [`AddedUser`](crate::AddedUser).
    pub fn add_user(&self, user: NewUser) -> AddUser {
        AddUser {
            company: self.clone(),
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

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let (kind, problem) = match self.users.try_next().await? {
                None => (ErrorKind::Protocol, "nobody was given".to_owned()),
                Some(added) => {
                    let kind = match added.outcome {
                        AddOutcome::Failed => ErrorKind::Invalid,
                        AddOutcome::Unknown => ErrorKind::OutcomeUnknown,
                        _ => return Ok(added),
                    };
                    (kind, added.message.unwrap_or_default())
                }
            };
            let error = Error::new(kind, problem);
            Err(self.company.context("adding the user")(error))
        })
    }
}

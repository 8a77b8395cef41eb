//! Adding one person.

use futures::future::{self, BoxFuture};
use futures::stream::{self, TryStreamExt as _};

use super::add_users::AddUsers;
use super::new_user::NewUser;
use super::report::{AddOutcome, AddedUser};
use crate::company::Company;
use crate::error::{ErrorKind, Result};

/// One person on the way into a company, made by [`Company::add_user`]. Awaiting it adds them, unless
/// the company has somebody with this e-mail address already.
///
/// What is wrong with the person is an error: [`ErrorKind::Invalid`] where a value is refused, here or
/// by the service; [`ErrorKind::OutcomeUnknown`] where it may or may not have been done: adding the
/// same person again does no harm.
#[derive(Debug)]
#[must_use = "nobody is added unless this is awaited"]
pub struct AddUser {
    company: Company,
    users: AddUsers,
}

impl Company {
    /// Adds one person, unless the company has somebody with this e-mail address already. Nothing is
    /// sent before it is awaited, which gives the [`AddedUser`](crate::AddedUser) or why there is none.
    pub fn add_user(&self, user: NewUser) -> AddUser {
        AddUser::new(self, user)
    }
}

impl AddUser {
    fn new(company: &Company, user: NewUser) -> AddUser {
        AddUser {
            company: company.clone(),
            users: AddUsers::new(company, stream::once(future::ready(user))),
        }
    }

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
            let doing = "adding the user";
            let Some(added) = self.users.try_next().await? else {
                return Err(self
                    .company
                    .error(ErrorKind::Protocol, doing, "nobody was given"));
            };
            let kind = match added.outcome {
                AddOutcome::Failed => ErrorKind::Invalid,
                AddOutcome::Unknown => ErrorKind::OutcomeUnknown,
                _ => return Ok(added),
            };
            let problem = added.message.unwrap_or_default();
            Err(self.company.error(kind, doing, problem))
        })
    }
}

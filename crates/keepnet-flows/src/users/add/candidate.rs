//! One person to add: checked, looked for, created.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keepnet_client::types::CreateTargetUserRequest;
use keepnet_staff_list::normalize_email;

use super::add_report::{AddOutcome, AddedUser};
use super::new_user::NewUser;
use crate::error::{concerns_everybody, problem_and_hint};
use crate::polling::look_repeatedly;
use crate::users::find::find_rows;
use crate::users::lookups::UserLookups;
use crate::users::row::UserRow;
use crate::{Company, Error, ErrorKind, Result};

/// How often a throttled call is repeated after the retries of the client, and the wait before the
/// first time. Each later wait is twice as long.
const THROTTLED_TRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// If the service asks for a longer wait, the call fails.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The ids of the users whom the service has named in a run.
#[derive(Default)]
pub(super) struct NamedIds(Mutex<HashSet<Box<str>>>);

impl NamedIds {
    /// Whether the id has not been named for another person of the run.
    fn is_new(&self, id: &str) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.insert(id.into())
    }
}

/// A person to add.
pub(super) enum Candidate {
    Done(AddedUser),
    /// A valid person who has not been found in the company.
    Pending(PendingUser),
}

pub(super) struct PendingUser {
    number: u64,
    user: NewUser,
}

impl Candidate {
    /// Checks a person. `seen` has the number of the first valid person with each e-mail address.
    pub(super) fn check(
        seen: &mut HashMap<Box<str>, u64>,
        number: u64,
        user: NewUser,
    ) -> Candidate {
        let row = user.row;
        let done = |outcome, message| {
            Candidate::Done(AddedUser {
                number,
                row,
                outcome,
                id: None,
                message: Some(message),
            })
        };
        let user = match user.normalized() {
            Ok(user) => user,
            Err(problem) => return done(AddOutcome::Failed, problem),
        };
        match seen.entry(normalize_email(user.email()).into()) {
            Entry::Occupied(first) => {
                let message = format!("the same e-mail address as number {}", first.get());
                done(AddOutcome::Duplicate, message)
            }
            Entry::Vacant(entry) => {
                entry.insert(number);
                Candidate::Pending(PendingUser { number, user })
            }
        }
    }

    fn email(&self) -> Option<&str> {
        match self {
            Candidate::Pending(pending) => Some(pending.user.email()),
            Candidate::Done(_) => None,
        }
    }

    /// Whether ids have to be looked up for the person.
    pub(super) fn needs_lookups(&self) -> bool {
        matches!(self, Candidate::Pending(pending) if pending.user.needs_lookups())
    }

    /// The outcome if nothing is written.
    pub(super) fn into_new(self, lookups: &UserLookups) -> AddedUser {
        match self {
            Candidate::Done(user) => user,
            Candidate::Pending(pending) => match pending.user.request(&[], lookups) {
                Ok(_) => pending.done(AddOutcome::New, None),
                Err(error) => pending.not_found(&error),
            },
        }
    }

    /// Creates the user of a pending candidate.
    pub(super) async fn create(
        self,
        company: Company,
        groups: Arc<[String]>,
        lookups: &UserLookups,
        named: &NamedIds,
    ) -> Result<AddedUser> {
        match self {
            Candidate::Done(user) => {
                if let Some(id) = &user.id {
                    named.is_new(id);
                }
                Ok(user)
            }
            Candidate::Pending(pending) => match pending.user.request(&groups, lookups) {
                Ok(body) => pending.create(&company, &body, named).await,
                Err(error) => Ok(pending.not_found(&error)),
            },
        }
    }
}

/// Looks for the pending candidates, all in one search.
pub(super) async fn find_existing(
    company: Company,
    candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>> {
    let emails: Vec<&str> = candidates.iter().filter_map(Candidate::email).collect();
    let users = find_rows(&company, &emails, false).await?;
    let check = |candidate| match candidate {
        Candidate::Pending(pending) => {
            match users.get(normalize_email(pending.user.email()).as_ref()) {
                Some(rows) => Candidate::Done(pending.listed(AddOutcome::Existing, rows)),
                None => Candidate::Pending(pending),
            }
        }
        done => done,
    };
    Ok(candidates.into_iter().map(check).collect())
}

impl PendingUser {
    async fn create(
        &self,
        company: &Company,
        body: &CreateTargetUserRequest,
        named: &NamedIds,
    ) -> Result<AddedUser> {
        let mut throttled = 0;
        loop {
            let created = company.raw().create_target_user(body).await;
            let error = match created.map(|created| created.resource_id) {
                Ok(Some(id)) if !id.is_empty() && named.is_new(&id) => {
                    return Ok(self.done(AddOutcome::Added, Some(id)));
                }
                Ok(id) => {
                    let problem = match id {
                        Some(id) if !id.is_empty() => {
                            "the service named the user of another person"
                        }
                        _ => "the service named no user",
                    };
                    return self.recover(company, problem).await;
                }
                Err(error) => error,
            };
            let requested = error.retry_after().unwrap_or_default();
            let is_throttled = error.kind() == ErrorKind::Throttled;
            if is_throttled && throttled < THROTTLED_TRIES && requested <= LONGEST_WAIT {
                let wait = FIRST_WAIT * 2_u32.pow(throttled);
                company
                    .raw()
                    .client()
                    .clock()
                    .sleep(requested.max(wait))
                    .await;
                throttled += 1;
            } else if concerns_everybody(&error) {
                return Err(error);
            } else if !error.may_have_acted() {
                // Somebody else may have added the person since the search.
                return Ok(match self.find(company).await? {
                    Some(rows) => self.listed(AddOutcome::Existing, &rows),
                    None => self.with_message(AddOutcome::Failed, problem_and_hint(&error)),
                });
            } else {
                return self.recover(company, &error.problem()).await;
            }
        }
    }

    /// Looks for the user after a call with an unknown outcome, or one that named no user. Repeating the
    /// call could create two users.
    async fn recover(&self, company: &Company, problem: &str) -> Result<AddedUser> {
        let found = look_repeatedly(company.raw().client(), || self.find(company)).await?;
        Ok(match found {
            Some(rows) => self.listed(AddOutcome::Added, &rows),
            None => {
                let message = format!(
                    "{problem}; no user with this e-mail address exists yet, add the person again later"
                );
                self.with_message(AddOutcome::Unknown, message)
            }
        })
    }

    async fn find(&self, company: &Company) -> Result<Option<Vec<UserRow>>> {
        let email = self.user.email();
        let mut found = find_rows(company, &[email], false).await?;
        Ok(found.remove(normalize_email(email).as_ref()))
    }

    /// The outcome of a person who is listed. Of several users with the address, none is chosen.
    fn listed(&self, outcome: AddOutcome, rows: &[UserRow]) -> AddedUser {
        match rows {
            [row] => self.done(outcome, Some(row.resource_id.clone())),
            several => {
                let message = format!("{} users have this e-mail address", several.len());
                self.with_message(outcome, message)
            }
        }
    }

    fn done(&self, outcome: AddOutcome, id: Option<String>) -> AddedUser {
        AddedUser {
            number: self.number,
            row: self.user.row,
            outcome,
            id: id.filter(|id| !id.is_empty()),
            message: None,
        }
    }

    /// A time zone, language or custom field that the company does not have.
    fn not_found(&self, error: &Error) -> AddedUser {
        self.with_message(AddOutcome::Failed, problem_and_hint(error))
    }

    fn with_message(&self, outcome: AddOutcome, message: String) -> AddedUser {
        AddedUser {
            message: Some(message),
            ..self.done(outcome, None)
        }
    }
}

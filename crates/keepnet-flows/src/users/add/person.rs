//! What happens to one person: told apart, looked for, created.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use keepnet_client::ErrorKind;
use keepnet_staff_list::normalize_email;

use super::new_user::NewUser;
use super::report::{AddOutcome, AddedUser};
use crate::company::Company;
use crate::error::{Result, was_not_taken};
use crate::users::by_email;

pub(super) const DOING: &str = "adding users";
/// How often a person is looked for where it is in doubt whether they were added.
const LOOKS: u32 = 3;
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// How often a call is made again that the service refused for too many requests, after the tries
/// of the client, and the first wait before; each later one is twice as long.
const PATIENCE: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// Nobody waits longer for the service, whatever it asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A person on the way.
pub(super) enum Step {
    /// What becomes of them is known.
    Settled(AddedUser),
    /// Nobody with their e-mail address is known yet.
    Open(Candidate),
}

pub(super) struct Candidate {
    number: u64,
    user: NewUser,
}

/// Checks a person; the first valid one with an e-mail address keeps it.
pub(super) fn claim(seen: &mut HashMap<Box<str>, u64>, number: u64, user: NewUser) -> Step {
    let row = user.row;
    let settled = |outcome, message| {
        Step::Settled(AddedUser {
            number,
            row,
            outcome,
            id: None,
            message: Some(message),
        })
    };
    let user = match user.checked() {
        Ok(user) => user,
        Err(problem) => return settled(AddOutcome::Failed, problem),
    };
    match seen.entry(normalize_email(user.email()).into()) {
        Entry::Occupied(first) => {
            let message = format!("the e-mail address of number {} again", first.get());
            settled(AddOutcome::Duplicate, message)
        }
        Entry::Vacant(free) => {
            free.insert(number);
            Step::Open(Candidate { number, user })
        }
    }
}

/// Looks for the people of some steps, all at once.
pub(super) async fn find_known(company: Company, steps: Vec<Step>) -> Result<Vec<Step>> {
    let emails: Vec<&str> = steps.iter().filter_map(Step::email).collect();
    let known = by_email(&company, &emails).await?;
    let step = |step| match step {
        Step::Open(candidate) => {
            match known.get(normalize_email(candidate.user.email()).as_ref()) {
                Some(user) => {
                    Step::Settled(candidate.is(AddOutcome::Existing, Some(user.id.clone())))
                }
                None => Step::Open(candidate),
            }
        }
        settled => settled,
    };
    Ok(steps.into_iter().map(step).collect())
}

/// Creates the person, where that is open.
pub(super) async fn settle(
    company: Company,
    groups: Arc<[String]>,
    step: Step,
) -> Result<AddedUser> {
    match step {
        Step::Settled(user) => Ok(user),
        Step::Open(candidate) => create(&company, &groups, &candidate).await,
    }
}

async fn create(company: &Company, groups: &[String], candidate: &Candidate) -> Result<AddedUser> {
    let body = candidate.user.request(groups);
    let mut refused = 0;
    loop {
        let created = company.raw().create_target_user(&body).await;
        let error = match created.map(|created| created.resource_id) {
            Ok(Some(id)) => return Ok(candidate.is(AddOutcome::Added, Some(id))),
            Ok(None) => {
                let id = look_for(company, candidate).await?;
                return Ok(candidate.is(AddOutcome::Added, id));
            }
            Err(error) => error,
        };
        let asked = error.retry_after().unwrap_or_default();
        let is_throttled = error.kind() == ErrorKind::Throttled;
        if is_throttled && refused < PATIENCE && asked <= LONGEST_WAIT {
            let wait = asked.max(FIRST_WAIT * 2_u32.pow(refused));
            company.raw().clock().sleep(wait).await;
            refused += 1;
        } else if concerns_everybody(&error) {
            return Err(company.failed(DOING, error));
        } else if was_not_taken(&error) {
            // Somebody else may have added them since they were looked for.
            return Ok(match look_for(company, candidate).await? {
                Some(id) => candidate.is(AddOutcome::Existing, Some(id)),
                None => candidate.is_not(AddOutcome::Failed, error.problem()),
            });
        } else {
            return in_doubt(company, candidate, &error).await;
        }
    }
}

/// The service may have created them, or may still be at it: looking tells, sending again might make
/// two of them.
async fn in_doubt(
    company: &Company,
    candidate: &Candidate,
    error: &keepnet_client::Error,
) -> Result<AddedUser> {
    for look in 0..LOOKS {
        if look > 0 {
            company.raw().clock().sleep(BETWEEN_LOOKS).await;
        }
        if let Some(id) = look_for(company, candidate).await? {
            return Ok(candidate.is(AddOutcome::Added, Some(id)));
        }
    }
    let problem = format!(
        "{}; nobody with this e-mail address is there yet, add them again later",
        error.problem()
    );
    Ok(candidate.is_not(AddOutcome::Unknown, problem))
}

/// Whether the next person would fare no better.
fn concerns_everybody(error: &keepnet_client::Error) -> bool {
    match error.kind() {
        ErrorKind::Config
        | ErrorKind::Credentials
        | ErrorKind::Permission
        | ErrorKind::Throttled => true,
        ErrorKind::Unavailable => error.is_retryable(),
        _ => false,
    }
}

async fn look_for(company: &Company, candidate: &Candidate) -> Result<Option<String>> {
    let email = candidate.user.email();
    let mut known = by_email(company, &[email]).await?;
    Ok(known
        .remove(normalize_email(email).as_ref())
        .map(|user| user.id))
}

impl Step {
    fn email(&self) -> Option<&str> {
        match self {
            Step::Open(candidate) => Some(candidate.user.email()),
            Step::Settled(_) => None,
        }
    }
}

impl Candidate {
    fn is(&self, outcome: AddOutcome, id: Option<String>) -> AddedUser {
        AddedUser {
            number: self.number,
            row: self.user.row,
            outcome,
            id: id.filter(|id| !id.is_empty()),
            message: None,
        }
    }

    fn is_not(&self, outcome: AddOutcome, message: String) -> AddedUser {
        AddedUser {
            message: Some(message),
            ..self.is(outcome, None)
        }
    }
}

//! The groups that people join who are written one by one.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use keepnet_client::types::CreateTargetGroupUsersRequest;

use crate::groups::find_groups;
use crate::polling::look_repeatedly;
use crate::sync::plan::{Mover, SyncPlan};
use crate::sync::report::SyncedUser;
use crate::users::{EditOutcome, USERS_PER_CHANGE, find_members};
use crate::{Company, Error, Result};

/// What became of people who were to join the groups.
enum Joined {
    All,
    /// These have joined, and nobody else. Why, and whether it is certain.
    Only {
        ids: HashSet<String>,
        problem: String,
        is_certain: bool,
    },
}

/// Puts the people who are written into the groups. If the response was lost, the members are looked
/// for. What fails is told with each of them. `groups` are ids, and `stopped` is why nobody is tried.
pub(super) async fn join_groups(
    plan: &SyncPlan,
    movers: &[&Mover],
    edited: &mut [SyncedUser],
    groups: &[String],
    stopped: Option<&str>,
) {
    let joining = movers.iter().filter(|it| it.joins_groups);
    let joining: HashMap<&str, &Mover> = joining
        .map(|it| (it.person.resource_id.as_str(), *it))
        .collect();
    let written = edited.iter_mut();
    let mut written: Vec<&mut SyncedUser> = written
        .filter(|it| it.is_written() && joining.contains_key(it.id.as_str()))
        .collect();
    if groups.is_empty() {
        return;
    }
    for users in written.chunks_mut(USERS_PER_CHANGE) {
        let joined = match stopped {
            None => {
                let movers: Vec<&Mover> = users.iter().map(|it| joining[it.id.as_str()]).collect();
                add_to_groups(plan, groups, &movers).await
            }
            Some(problem) => Joined::Only {
                ids: HashSet::new(),
                problem: problem.to_owned(),
                is_certain: true,
            },
        };
        for user in users {
            // Of a person of a directory, nothing else was to be done.
            let is_managed = joining[user.id.as_str()].is_managed;
            tell(user, &joined, is_managed);
        }
    }
}

fn tell(user: &mut SyncedUser, joined: &Joined, is_managed: bool) {
    let (outcome, message) = match joined {
        Joined::All => (EditOutcome::Done, None),
        Joined::Only { ids, .. } if ids.contains(&user.id) => (EditOutcome::Done, None),
        Joined::Only {
            problem,
            is_certain: true,
            ..
        } => {
            let message = format!("not put into the groups: {problem}");
            (EditOutcome::Failed, Some(message))
        }
        Joined::Only { problem, .. } => {
            let message =
                format!("it is not known whether they were put into the groups: {problem}");
            (EditOutcome::Unknown, Some(message))
        }
    };
    if is_managed {
        user.outcome = outcome;
    }
    if let Some(message) = message {
        user.message = Some(match user.message.take() {
            Some(earlier) => format!("{earlier}; {message}"),
            None => message,
        });
    }
}

/// The ids of the groups that people join; those that the plan has not found are created, unless they
/// exist by now. None if nobody joins.
pub(super) async fn create_groups(plan: &SyncPlan) -> Result<Vec<String>> {
    let SyncPlan {
        company, options, ..
    } = plan;
    if plan.joiners.is_empty() && !plan.movers.iter().any(|it| it.joins_groups) {
        return Ok(Vec::new());
    }
    let mut ids = options.group_ids.clone();
    let groups = find_groups(company, &options.groups, options.create_groups).await?;
    ids.extend(groups.create_missing(company).await?);
    Ok(ids)
}

async fn add_to_groups(plan: &SyncPlan, groups: &[String], movers: &[&Mover]) -> Joined {
    let company = &plan.company;
    let ids = movers.iter().map(|mover| mover.person.resource_id.clone());
    let body = CreateTargetGroupUsersRequest::default()
        .target_group_resource_ids(groups.to_vec())
        .target_user_resource_ids(ids.collect::<Vec<_>>())
        .select_all(false)
        .excluded_resource_id_list([]);
    let added = company.raw().add_target_group_users(&body);
    let error = match added.optional().await {
        Ok(_) => return Joined::All,
        Err(error) => error,
    };
    if !error.may_have_acted() {
        return Joined::Only {
            ids: HashSet::new(),
            problem: error.problem(),
            is_certain: true,
        };
    }
    // Their records are written already, with a new address if they have one.
    let emails = movers.iter().map(|mover| match mover.has_new_email {
        true => plan.list.email(mover.row),
        false => mover.person.email.as_str(),
    });
    let emails: Vec<&str> = emails.collect();
    let seen = Mutex::new(HashSet::new());
    let look = || async {
        let found = members_of_all(company, groups, &emails).await?;
        let are_all = movers
            .iter()
            .all(|it| found.contains(&it.person.resource_id));
        if let Ok(mut seen) = seen.lock() {
            *seen = found;
        }
        Ok(are_all.then_some(()))
    };
    let problem = match look_repeatedly(company.raw().client(), look).await {
        Ok(Some(())) => return Joined::All,
        Ok(None) => format!("{}; they are no members so far", error.problem()),
        Err(look) => not_seen(&error, &look),
    };
    Joined::Only {
        ids: seen.into_inner().unwrap_or_default(),
        problem,
        is_certain: false,
    }
}

fn not_seen(error: &Error, look: &Error) -> String {
    let (problem, look) = (error.problem(), look.problem());
    format!("{problem}; the members cannot be listed: {look}")
}

/// The ids of those who are members of all groups, of the people with these addresses.
async fn members_of_all(
    company: &Company,
    groups: &[String],
    emails: &[&str],
) -> Result<HashSet<String>> {
    let mut members: Option<HashSet<String>> = None;
    for group in groups {
        let found = find_members(company, group, emails).await?;
        members = Some(match members {
            None => found.into_iter().collect(),
            Some(members) => found
                .into_iter()
                .filter(|id| members.contains(id))
                .collect(),
        });
    }
    Ok(members.unwrap_or_default())
}

//! Who is in Acme, and who may be changed by a synchronization.

use std::collections::BTreeMap;

use keepnet_flows::{EditOutcome, Error, Reseller, SyncOutcome, SyncReceipt, TryStreamExt as _};

use super::cell::Cell;
use super::environment::Environment;
use super::flow::EVERYBODY;

/// The people of Acme, by their e-mail addresses in lower case.
pub(super) type People = BTreeMap<String, Person>;

/// What a synchronization may change of a person.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    id: String,
    status: String,
    first_name: Option<String>,
    last_name: Option<String>,
    department: Option<String>,
    phone_number: Option<String>,
    /// Whether the person is in the group that everybody on the list joins.
    is_member: bool,
}

impl Person {
    /// Whether the records are the same, whatever the groups. A new person has another id in each run.
    fn has_record_of(&self, other: &Person, is_new: bool) -> bool {
        let id = match is_new {
            true => other.id.clone(),
            false => self.id.clone(),
        };
        let is_member = other.is_member;
        let same = Person {
            id,
            is_member,
            ..self.clone()
        };
        *other == same
    }
}

/// Lists everybody, with a client of its own.
pub(super) async fn list(env: &Environment) -> Result<People, Error> {
    let acme = Reseller::connect(env.config()).await?;
    let acme = acme.company("Acme LLC").await?;
    let group = acme.group(EVERYBODY).await?;
    let members = acme.users().any_status().group(&group).stream();
    let members: Vec<_> = members.try_collect().await?;
    let users = acme.users().any_status().stream();
    let users: Vec<_> = users.try_collect().await?;
    let people = users.into_iter().map(|user| {
        let person = Person {
            is_member: members.iter().any(|it| it.id == user.id),
            id: user.id,
            status: format!("{:?}", user.status),
            first_name: user.first_name,
            last_name: user.last_name,
            department: user.department,
            phone_number: user.phone_number,
        };
        (user.email.to_lowercase(), person)
    });
    Ok(people.collect())
}

/// What is false about the people after a synchronization: each is as before or as the list says, nobody
/// else is there, and the receipt counts them.
pub(super) fn check_sync(
    cell: &Cell,
    now: &People,
    receipt: Option<&SyncReceipt>,
    broken: &mut Vec<String>,
) {
    let baseline = cell.baseline();
    let (before, after) = (&baseline.people_before, &baseline.people_after);
    // Nothing but the group changes.
    let is_joined_only = |email: &String| match (before.get(email), after.get(email)) {
        (Some(before), Some(after)) => before != after && before.has_record_of(after, false),
        _ => false,
    };
    let is_reached = |email: &String| match (now.get(email), after.get(email)) {
        (Some(person), Some(wanted)) => {
            person.has_record_of(wanted, !before.contains_key(email))
                && (!is_joined_only(email) || person.is_member)
        }
        (person, wanted) => person.is_none() && wanted.is_none(),
    };
    let is_unchanged = |email: &String| match (now.get(email), before.get(email)) {
        (Some(person), Some(before)) => person.has_record_of(before, false),
        (person, before) => person.is_none() && before.is_none(),
    };
    let is_member =
        |people: &People, email: &String| people.get(email).is_some_and(|it| it.is_member);
    for email in now.keys().chain(before.keys()) {
        let (name, _) = email.split_once('@').unwrap();
        if !is_unchanged(email) && !is_reached(email) {
            broken.push(format!("{name} is neither as before nor as the list says"));
        }
        let is_in_group = is_member(now, email);
        if is_in_group != is_member(before, email) && is_in_group != is_member(after, email) {
            broken.push(format!("{name} has the wrong groups"));
        }
    }
    let Some(receipt) = receipt else { return };
    let written = |is_counted: &dyn Fn(&String) -> bool| {
        let to_write = after.keys().filter(|it| before.get(*it) != after.get(*it));
        let written = to_write.filter(|it| is_counted(it) && is_reached(it));
        written.count() as u64
    };
    let left = |email: &String| after[email].status == "Inactive";
    let report = receipt.report();
    let counts = [
        (
            "joined",
            report.joined,
            written(&|it| !before.contains_key(it)),
        ),
        ("left", report.left, written(&left)),
        (
            "changed",
            report.changed,
            written(&|it| before.contains_key(it) && !left(it)),
        ),
    ];
    let is_uncertain = receipt.outcome() == SyncOutcome::Unverified;
    for (what, told, real) in counts {
        if told > real || (told < real && !is_uncertain) {
            broken.push(format!("it tells {told} {what} instead of {real}"));
        }
    }
    let is_whole =
        |email: &String| is_reached(email) && is_member(now, email) == is_member(after, email);
    if receipt.is_complete() && !after.keys().all(is_whole) {
        broken.push("it is not complete".to_owned());
    }
    for edited in &receipt.edited {
        let mut people = before.iter();
        let (email, _) = people.find(|(_, it)| it.id == edited.id).unwrap();
        let is_true = match edited.outcome {
            EditOutcome::Done => is_reached(email),
            // Members are not looked for.
            EditOutcome::Unknown => {
                cell.has_unknown_outcome() && (!is_reached(email) || is_joined_only(email))
            }
            _ => !is_reached(email),
        };
        if !is_true {
            broken.push(format!("it tells a lie about one person: {edited:?}"));
        }
    }
}

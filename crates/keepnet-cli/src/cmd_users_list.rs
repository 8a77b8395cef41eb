//! `users list` and `users count`: the people of a company.

use futures::TryStreamExt as _;
use keepnet_flows::{User, UserCounts, Users};
use serde::Serialize;

use crate::arguments::{Global, ListUsers, Status as Wanted};
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};
use crate::progress::say;

/// How many people are listed where not all are asked for.
const FIRST_PAGE: u32 = 100;

pub(crate) async fn list(global: &Global, wanted: &ListUsers) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let users = context.company().await?.users();
    let mut search = filtered(users, wanted.search.as_deref(), wanted.status);
    if !wanted.all {
        search = search.page_size(FIRST_PAGE);
    }
    let mut users = search.stream();
    let mut list = output::stdout(global.output).list::<User>()?;
    let mut listed = 0;
    let mut is_cut = false;
    while let Some(user) = users.try_next().await? {
        if !wanted.all && listed == u64::from(FIRST_PAGE) {
            is_cut = true;
            break;
        }
        list.push(&user)?;
        listed += 1;
    }
    list.finish()?;
    if is_cut {
        // The deleted are counted after the others alone, so their number is not known yet.
        match users.total().filter(|_| wanted.status != Some(Wanted::All)) {
            Some(total) => say(&format!(
                "the first {listed} of {total}, {} more; --all lists them",
                total.saturating_sub(listed)
            )),
            None => say(&format!(
                "the first {listed}, there are more; --all lists them"
            )),
        }
    }
    if users.total_moved() {
        say("warning: people came or went while they were listed; some may be missing");
    }
    Ok(Status::Done)
}

/// The users that a text and a status let through.
pub(crate) fn filtered(users: Users, text: Option<&str>, status: Option<Wanted>) -> Users {
    let users = match text {
        Some(text) => users.search(text),
        None => users,
    };
    match status {
        None => users,
        Some(Wanted::Active) => users.active(),
        Some(Wanted::Inactive) => users.inactive(),
        Some(Wanted::Deleted) => users.deleted(),
        Some(Wanted::All) => users.any_status(),
    }
}

pub(crate) async fn count(global: &Global) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let counts = context.company().await?.count_users().await?;
    output::stdout(global.output).record(&Counts {
        total: counts.total(),
        counts,
    })?;
    Ok(Status::Done)
}

#[derive(Serialize)]
struct Counts {
    total: u64,
    #[serde(flatten)]
    counts: UserCounts,
}

impl Record for Counts {
    const COLUMNS: &'static [&'static str] = &["total", "active", "inactive", "deleted"];

    fn cells(&self) -> Vec<String> {
        let UserCounts {
            active,
            inactive,
            deleted,
            ..
        } = self.counts;
        [self.total, active, inactive, deleted]
            .map(|count| count.to_string())
            .into()
    }
}

impl Record for User {
    const COLUMNS: &'static [&'static str] = &[
        "email",
        "first_name",
        "last_name",
        "department",
        "status",
        "id",
        "phone_number",
        "priority",
        "time_zone",
        "preferred_language",
        "created",
        "updated",
        "managed_by",
    ];
    const IN_A_TABLE: usize = 6;

    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.email.clone(),
            text(&self.first_name),
            text(&self.last_name),
            text(&self.department),
            self.status.clone(),
            self.id.clone(),
            text(&self.phone_number),
            text(&self.priority),
            text(&self.time_zone),
            text(&self.preferred_language),
            text(&self.created),
            text(&self.updated),
            text(&self.managed_by),
        ]
    }
}

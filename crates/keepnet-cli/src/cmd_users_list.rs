//! `users list` and `users count`: the people of a company.

use futures::TryStreamExt as _;
use keepnet_flows::{Company, Items, User, UserCounts, Users};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{Global, ListUsers, Status as Wanted, Who};
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};
use crate::progress::say;

/// How many people are listed where not all are asked for.
const FIRST_PAGE: u32 = 100;

pub(crate) async fn list(global: &Global, wanted: &ListUsers) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut search = filtered(&company, &wanted.who).await?;
    if !wanted.all {
        search = search.page_size(FIRST_PAGE);
    }
    if let Some(token) = &wanted.page_token {
        search = search.resume(token);
    }
    let mut list = output::stdout(global.output).list::<User>()?;
    let mut listing = Listing {
        users: search.stream(),
        is_over: false,
    };
    let mut listed = 0;
    while let Some(user) = listing.users.try_next().await? {
        // Where nobody reads on, nobody goes on.
        list.push(&user).inspect_err(|_| listing.is_over = true)?;
        listed += 1;
        if !wanted.all && listed == u64::from(FIRST_PAGE) {
            break;
        }
    }
    list.finish()?;
    listing.is_over = true;
    if let Some(token) = listing.users.resume_token() {
        // The deleted are counted after the others alone, so their number is not known yet.
        let is_known = wanted.page_token.is_none() && wanted.who.status != Some(Wanted::All);
        match listing.users.total().filter(|_| is_known) {
            Some(total) => say(&format!(
                "the first {listed} of {total}, {} more; --all lists them",
                total.saturating_sub(listed)
            )),
            None => say(&format!(
                "{listed} listed, there are more; --all lists them"
            )),
        }
        say(&format!("hint: --page-token {token} goes on from here"));
    }
    if listing.users.total_moved() {
        say("warning: people came or went while they were listed; some may be missing");
    }
    Ok(Status::Done)
}

/// A listing that tells how to go on where it is cut off: by Ctrl-C, or by an error.
struct Listing {
    users: Items<User>,
    is_over: bool,
}

impl Drop for Listing {
    fn drop(&mut self) {
        let has_begun = self.users.total().is_some();
        if let Some(token) = self
            .users
            .resume_token()
            .filter(|_| has_begun && !self.is_over)
        {
            say(&format!("cut off; --page-token {token} goes on from here"));
        }
    }
}

/// The users that the arguments let through.
pub(crate) async fn filtered(company: &Company, who: &Who) -> Result<Users, Failure> {
    let mut users = company.users();
    if let Some(text) = &who.search {
        users = users.search(text);
    }
    if let Some(department) = &who.department {
        users = users.department(department);
    }
    if let Some(group) = &who.group {
        users = users.group(&company.group(group).await?);
    }
    let times = [
        (who.created_after, Users::created_from as fn(_, _) -> _),
        (who.created_before, Users::created_before),
        (who.updated_after, Users::updated_from),
        (who.updated_before, Users::updated_before),
    ];
    for (time, condition) in times {
        if let Some(time) = time {
            users = condition(users, time);
        }
    }
    Ok(match who.status {
        None => users,
        Some(Wanted::Active) => users.active(),
        Some(Wanted::Inactive) => users.inactive(),
        Some(Wanted::Deleted) => users.deleted(),
        Some(Wanted::All) => users.any_status(),
    })
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

/// How many users a company has, as `users count --output json` prints it.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// The active and the inactive users together.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_the_counts_is_the_one_that_scripts_know() {
        output::check_schema::<Counts>("counts");
    }
}

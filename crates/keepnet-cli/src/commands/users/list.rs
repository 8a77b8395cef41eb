//! `users list`: the people of a company.

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::{Items, User};

use super::filter::{StatusFilter, Who};
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Record, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) who: Who,
    /// All pages, not the first one alone
    #[arg(long)]
    pub(crate) all: bool,
    /// Go on where an earlier listing of the same people ended, with the token that it gave
    #[arg(long, value_name = "TOKEN")]
    pub(crate) page_token: Option<String>,
}

/// How many people are listed where not all are asked for.
const FIRST_PAGE: u32 = 100;

pub(crate) async fn run(global: &GlobalOptions, wanted: &Arguments) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut search = wanted.who.select(&company).await?;
    if !wanted.all {
        search = search.page_size(FIRST_PAGE);
    }
    if let Some(token) = &wanted.page_token {
        search = search.resume(token);
    }
    let mut list = ui::stdout(global.output).list::<User>()?;
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
        let is_known = wanted.page_token.is_none() && wanted.who.status != Some(StatusFilter::All);
        match listing.users.total().filter(|_| is_known) {
            Some(total) => print_message(&format!(
                "the first {listed} of {total}, {} more; --all lists them",
                total.saturating_sub(listed)
            )),
            None => print_message(&format!(
                "{listed} listed, there are more; --all lists them"
            )),
        }
        print_message(&format!("hint: --page-token {token} goes on from here"));
    }
    if listing.users.total_moved() {
        print_message("warning: people came or went while they were listed; some may be missing");
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
            print_message(&format!("cut off; --page-token {token} goes on from here"));
        }
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

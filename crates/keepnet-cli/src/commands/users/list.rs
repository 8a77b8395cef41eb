//! `users list`: the users of a customer.

use clap::Args;
use futures::TryStreamExt as _;
use keepnet_flows::{Error, Items, User};

use super::filter::UserFilter;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, Record, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: UserFilter,
    /// List all pages, not only the first
    #[arg(long)]
    all: bool,
    /// Continue an earlier listing of the same users, with the token that it printed
    #[arg(long, value_name = "TOKEN", value_parser = filled)]
    page_token: Option<String>,
}

/// The number of users that are listed without `--all`.
const FIRST_PAGE: u32 = 100;

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut search = arguments.filter.users_of(&company).await?;
    if !arguments.all {
        search = search.page_size(FIRST_PAGE);
    }
    if let Some(token) = &arguments.page_token {
        search = search.resume(token);
    }
    let mut listing = Listing {
        users: search.stream(),
        printed: Some(ui::stdout(global.output).list::<User>()?),
    };
    let mut listed = 0;
    while let Some(user) = listing.users.try_next().await.map_err(listing_error)? {
        if let Some(list) = &mut listing.printed
            && let Err(error) = list.push(&user)
        {
            // A closed standard output ends the listing, and needs no hint how to continue it.
            listing.printed = None;
            return Err(error.into());
        }
        listed += 1;
        if !arguments.all && listed == u64::from(FIRST_PAGE) {
            break;
        }
    }
    let next_page_token = listing.users.resume_token();
    if let Some(list) = listing.printed.take() {
        list.finish(next_page_token.as_deref())?;
    }
    if let Some(token) = next_page_token {
        // The number of deleted users is unknown until the others are listed.
        let has_total = arguments.page_token.is_none() && !arguments.filter.is_any_status();
        let progress = match listing.users.total().filter(|_| has_total) {
            Some(total) => format!("listed the first {listed} of {total} users"),
            None => format!("listed {listed} users, and there are more"),
        };
        print_message(&format!("{progress}; --all lists all of them"));
        print_message(&format!("hint: continue with --page-token {token}"));
    }
    if listing.users.changed_while_listing() {
        print_message(
            "warning: users were added or removed during the listing; some may be missing",
        );
    }
    Ok(ExitStatus::Done)
}

/// A token of another listing is a mistake in the arguments, and no response of the service.
fn listing_error(error: Error) -> CliError {
    match error.operation() {
        None => CliError::from_argument(error),
        Some(_) => error.into(),
    }
}

/// A listing that says that it is incomplete, and how to continue it, if it is dropped early: after
/// Ctrl-C or an error.
struct Listing {
    users: Items<User>,
    /// What is printed; `None` once nothing more is to be said.
    printed: Option<ui::List<ui::Stdout>>,
}

impl Drop for Listing {
    fn drop(&mut self) {
        let has_started = self.users.total().is_some();
        if has_started
            && let Some(list) = self.printed.take()
            && let Some(token) = self.users.resume_token()
        {
            // The exit code says it, too.
            let _ = list.cut_off(Some(&token));
            print_message(&format!(
                "the listing is incomplete; continue with --page-token {token}"
            ));
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
        "editable",
        "custom_fields",
    ];
    const TABLE_COLUMNS: usize = 6;
    const NONE: &'static str = "no users match";
}

//! `users list`: the users of a customer.

use clap::Args;
use futures::{Stream, TryFutureExt as _, TryStreamExt as _, stream};
use keepnet_flows::{Company, CompanySelection, Error, Items, User, Users};

use super::filter::UserFilter;
use crate::commands::listing::{ListOptions, doubt_line, refuse_list_options};
use crate::commands::many::{ManyCustomers, print_each};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::interrupt::ResumeHint;
use crate::text::{counted, filled};
use crate::ui::{self, Column, Columns, Record, print_message};

#[derive(Debug, Args)]
#[command(mut_args(refuse_list_options), mut_arg("limit", |it| it.help(LIMIT_HELP)))]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: UserFilter,
    #[command(flatten)]
    options: ListOptions,
    /// List all users, not only the first 100
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Continue an earlier listing of the same users, with the token that it printed
    #[arg(long, value_name = "TOKEN", value_parser = filled, conflicts_with_all = ["sort", "descending", "companies", "except"])]
    page_token: Option<String>,
    #[command(flatten)]
    customers: ManyCustomers,
}

const LIMIT_HELP: &str = "List at most this many [default: 100]";
/// The number of users that are listed without `--all` and `--limit`.
const DEFAULT_LIMIT: u64 = 100;
/// The most users that a page of a limited listing has.
const LARGEST_PAGE: u64 = 1_000;

pub(super) async fn run(
    global: &GlobalOptions,
    arguments: &Arguments,
    hint: &ResumeHint,
) -> Result {
    let options = &arguments.options;
    if let Some(selection) = arguments.customers.selection()? {
        return list_each(global, hint, arguments.filter.clone(), &selection).await;
    }
    let columns = options.columns::<User>(global.output)?;
    let limit = match arguments.all {
        true => u64::MAX,
        false => options.limit().unwrap_or(DEFAULT_LIMIT),
    };
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let mut search = arguments.filter.users_of(&company).await?;
    if options.is_sorted() {
        return print_sorted(global, arguments, search, columns, limit).await;
    }
    if !arguments.all {
        // The pages after the limit are not needed.
        let page = limit.min(LARGEST_PAGE);
        search = search.page_size(page as u32).prefetch(1);
    }
    if let Some(token) = &arguments.page_token {
        search = search.resume(token);
    }
    let mut listing = Listing {
        users: search.stream(),
        printed: Some(ui::stdout(global.output).list::<User>(columns)?),
        has_rows: false,
    };
    let mut listed = 0;
    while listed < limit
        && let Some(user) = listing.users.try_next().await.map_err(listing_error)?
    {
        listing.has_rows = true;
        if let Some(list) = &mut listing.printed
            && let Err(error) = list.push(&user)
        {
            // A closed standard output ends the listing, and needs no hint how to continue it.
            listing.printed = None;
            return Err(error.into());
        }
        listed += 1;
    }
    let next_page_token = listing.users.resume_token();
    let outcome = outcome(&listing.users, next_page_token.is_none());
    if let Some(list) = listing.printed.take() {
        list.finish(outcome, next_page_token.as_deref())?;
    }
    if let Some(token) = next_page_token {
        // The number of deleted users is unknown until the others are listed.
        let has_total = arguments.page_token.is_none() && !arguments.filter.is_any_status();
        let listed = match listing.users.total().filter(|_| has_total) {
            Some(total) => first_of(listed, total),
            None => {
                let listed = counted(listed, "user", "users");
                format!("listed {listed}, and there are more; --all lists all of them")
            }
        };
        print_message(&arguments.limited(listed));
        let ages = arguments.filter.ages_as_times();
        print_message(&format!("hint: continue with {ages}--page-token {token}"));
    }
    warn_of_changes(&listing.users);
    Ok(outcome.status())
}

/// Lists all users of many customers, one page of each at a time, so that no customer waits for another.
async fn list_each(
    global: &GlobalOptions,
    hint: &ResumeHint,
    filter: UserFilter,
    selection: &CompanySelection,
) -> Result {
    let list = move |company: Company| {
        let filter = filter.clone();
        let users = async move { filter.find_users_of(&company).await };
        let users = users.map_ok(|users| whole_or_error(users.prefetch(1).stream()));
        users.try_flatten_stream()
    };
    print_each::<User, _>(global, hint, selection, list).await
}

/// The users, and an error after them if some may be missing.
fn whole_or_error(users: Items<User>) -> impl Stream<Item = Result<User, Error>> {
    stream::try_unfold(users, async |mut users| match users.try_next().await? {
        Some(user) => Ok(Some((user, users))),
        None => match users.doubt() {
            None => Ok(None),
            Some(doubt) => Err(doubt.into_error("users").with_hint("list them again")),
        },
    })
}

/// Fetches all users and sorts them: the service sorts by one field at a time, and says nothing of the
/// order of equal values, so that its pages could overlap.
async fn print_sorted(
    global: &GlobalOptions,
    arguments: &Arguments,
    search: Users,
    columns: Columns,
    limit: u64,
) -> Result {
    let mut stream = search.stream();
    let mut users: Vec<User> = Vec::new();
    while let Some(user) = stream.try_next().await? {
        users.push(user);
    }
    let total = users.len() as u64;
    let fetched = counted(total, "user was", "users were");
    print_message(&format!("note: {fetched} fetched and sorted here"));
    arguments.options.sort(&mut users);
    users.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut list = ui::stdout(global.output).list::<User>(columns)?;
    for user in &users {
        list.push(user)?;
    }
    let listed = users.len() as u64;
    let outcome = outcome(&stream, listed == total);
    list.finish(outcome, None)?;
    if listed < total {
        print_message(&arguments.limited(first_of(listed, total)));
    }
    warn_of_changes(&stream);
    Ok(outcome.status())
}

impl Arguments {
    /// What to say of a list that a limit has cut: a warning, unless it is the limit that was asked for.
    fn limited(&self, line: String) -> String {
        match self.options.limit() {
            Some(_) => line,
            None => format!("warning: {line}"),
        }
    }
}

fn first_of(listed: u64, total: u64) -> String {
    let total = counted(total, "user", "users");
    format!("listed the first {listed} of {total}; --all lists all of them")
}

/// How a listing ended that has all users that match, or the first of them.
fn outcome(users: &Items<User>, is_whole: bool) -> Outcome {
    match users.doubt() {
        Some(_) => Outcome::Incomplete,
        None => Outcome::of_list(is_whole),
    }
}

fn warn_of_changes(users: &Items<User>) {
    if let Some(doubt) = users.doubt() {
        print_message(&doubt_line(doubt, "users"));
    }
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
    /// Whether a user was listed.
    has_rows: bool,
}

impl Drop for Listing {
    fn drop(&mut self) {
        let has_started = self.has_rows || self.users.total().is_some();
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
    const COLUMNS: &'static [Column] = &[
        Column::name("email"),
        Column::name("first_name"),
        Column::name("last_name"),
        Column::name("department"),
        Column::whole("status"),
        Column::whole("id"),
        Column::whole("phone_number"),
        Column::whole("priority"),
        Column::whole("time_zone"),
        Column::whole("preferred_language"),
        Column::whole("created"),
        Column::whole("updated"),
        Column::whole("managed_by"),
        Column::whole("editable"),
        Column::text("custom_fields"),
    ];
    const TABLE_COLUMNS: usize = 6;
    const UNSORTED: &'static [&'static str] = &["created", "updated", "custom_fields"];
    const NONE: &'static str = "no users match";
}

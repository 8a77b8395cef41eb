//! One user, given by options.

use std::slice;

use clap::Args;
use keepnet_flows::{AddOutcome, AddUser, NewUser, Priority};

use super::outcome::outcome_text;
use crate::commands::priority::PriorityParser;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
pub(crate) struct Person {
    /// The e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = filled)]
    email: Option<String>,
    /// The first name
    #[arg(long, value_name = "NAME", value_parser = filled, conflicts_with = "from")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME", value_parser = filled, conflicts_with = "from")]
    last_name: Option<String>,
    /// The department
    #[arg(long, value_name = "NAME", value_parser = filled, conflicts_with = "from")]
    department: Option<String>,
    /// The phone number with country code, such as +905300000000
    #[arg(long, value_name = "NUMBER", value_parser = filled, conflicts_with = "from")]
    phone: Option<String>,
    /// How much attention the user needs [default: Medium]
    #[arg(long, value_name = "PRIORITY", value_parser = PriorityParser, conflicts_with = "from")]
    priority: Option<Priority>,
    /// The manager's first name
    #[arg(long, value_name = "NAME", value_parser = filled, conflicts_with = "from", requires_all = ["manager_last_name", "manager_email"])]
    manager_first_name: Option<String>,
    /// The manager's last name
    #[arg(long, value_name = "NAME", value_parser = filled, requires = "manager_first_name", conflicts_with = "from")]
    manager_last_name: Option<String>,
    /// The manager's e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = filled, requires = "manager_first_name", conflicts_with = "from")]
    manager_email: Option<String>,
}

pub(super) async fn run(global: &GlobalOptions, person: Person, groups: Vec<String>) -> Result {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let adding = company.add_user(person.into());
    let adding = groups.into_iter().fold(adding, AddUser::group);
    let added = adding.await.map_err(CliError::from_argument)?;
    let line = || {
        let id = added.id.as_deref().unwrap_or_default();
        vec![format!("{company}: {} {id}", outcome_text(added.outcome))]
    };
    ui::stdout(global.output).report(&added, slice::from_ref(&added), line)?;
    let outcome = match added.outcome {
        AddOutcome::Added => Outcome::Added,
        AddOutcome::Existing => Outcome::Existing,
        // The others are errors.
        _ => Outcome::Incomplete,
    };
    Ok(outcome.status())
}

impl From<Person> for NewUser {
    fn from(person: Person) -> NewUser {
        let text = Option::unwrap_or_default;
        let user = NewUser::new(text(person.email))
            .first_name(text(person.first_name))
            .last_name(text(person.last_name))
            .department(text(person.department))
            .phone_number(text(person.phone))
            .manager(
                text(person.manager_first_name),
                text(person.manager_last_name),
                text(person.manager_email),
            );
        match person.priority {
            Some(priority) => user.priority(priority),
            None => user,
        }
    }
}

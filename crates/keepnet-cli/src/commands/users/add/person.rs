//! One person, given by options.

use clap::Args;
use keepnet_flows::{AddUser, NewUser, Priority};

use super::outcome::in_words;
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::ui::{self, Format};

/// One person.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// The e-mail address of the person to add
    #[arg(long, value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) first_name: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) last_name: Option<String>,
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) department: Option<String>,
    /// With country code, such as +905300000000
    #[arg(long, value_name = "NUMBER", conflicts_with = "from")]
    pub(crate) phone: Option<String>,
    /// VeryLow, Low, Medium, High or VeryHigh [default: Medium]
    #[arg(long, value_name = "PRIORITY", conflicts_with = "from")]
    pub(crate) priority: Option<Priority>,
    #[arg(long, value_name = "NAME", conflicts_with = "from", requires_all = ["manager_last_name", "manager_email"])]
    pub(crate) manager_first_name: Option<String>,
    #[arg(long, value_name = "NAME", requires = "manager_first_name")]
    pub(crate) manager_last_name: Option<String>,
    #[arg(long, value_name = "EMAIL", requires = "manager_first_name")]
    pub(crate) manager_email: Option<String>,
}

pub(super) async fn run(
    global: &GlobalOptions,
    person: Person,
    groups: Vec<String>,
) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let adding = company.add_user(person.into());
    let added = groups.into_iter().fold(adding, AddUser::group).await?;
    let output = ui::stdout(global.output);
    match global.output {
        Format::Table => output.lines(&[format!(
            "{company}: {} {}",
            in_words(added.outcome),
            added.id.unwrap_or_default()
        )])?,
        _ => output.record(&added)?,
    }
    Ok(Status::Done)
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

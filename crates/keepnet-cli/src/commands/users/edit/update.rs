//! `users update`: other values for a user.

use std::slice;

use clap::Args;
use keepnet_flows::{EditOutcome, EditedUser, Field, Priority, UpdateUser};

use crate::commands::priority::PriorityParser;
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::filled;
use crate::ui;

#[derive(Debug, Args)]
#[command(override_usage = "keepnet users update [OPTIONS] <EMAIL>")]
pub(crate) struct Arguments {
    /// The e-mail address that the user has now
    #[arg(value_name = "EMAIL", value_parser = filled)]
    who: String,
    #[command(flatten)]
    values: Values,
    /// Show whether something would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Values {
    /// The new e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = filled)]
    email: Option<String>,
    /// The first name
    #[arg(long, value_name = "NAME", value_parser = filled)]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME", value_parser = filled)]
    last_name: Option<String>,
    /// The department
    #[arg(long, value_name = "NAME", value_parser = filled)]
    department: Option<String>,
    /// The phone number with country code, such as +905300000000
    #[arg(long, value_name = "NUMBER", value_parser = filled)]
    phone: Option<String>,
    /// The priority
    #[arg(long, value_name = "PRIORITY", value_parser = PriorityParser)]
    priority: Option<Priority>,
    /// The time zone, by its name or id in the service
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    time_zone: Option<String>,
    /// The language of trainings and mails, by name, code or id
    #[arg(long, value_name = "NAME|ID", value_parser = filled)]
    language: Option<String>,
    /// A custom field of the customer, and its value; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = custom_value)]
    custom: Vec<(String, String)>,
    /// Clear this field, such as `department` or `custom:Office`; can be repeated
    #[arg(long, value_name = "FIELD")]
    clear: Vec<Field>,
}

fn custom_value(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((filled(name)?.trim().to_owned(), filled(value)?))
}

impl Values {
    fn apply(&self, update: UpdateUser) -> UpdateUser {
        let texts = [
            (Field::Email, &self.email),
            (Field::FirstName, &self.first_name),
            (Field::LastName, &self.last_name),
            (Field::Department, &self.department),
            (Field::PhoneNumber, &self.phone),
            (Field::TimeZone, &self.time_zone),
            (Field::PreferredLanguage, &self.language),
        ];
        let cleared = self.clear.iter().map(|field| (field.clone(), ""));
        let update = cleared.fold(update, |update, (field, value)| update.with(field, value));
        let texts = texts
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.as_ref()?)));
        let update = texts.fold(update, |update, (field, text)| update.with(field, text));
        let custom = self.custom.iter();
        let update = custom.fold(update, |update, (name, value)| {
            update.custom_field(name, value)
        });
        match self.priority {
            Some(priority) => update.priority(priority),
            None => update,
        }
    }
}

pub(crate) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let company = Context::new(global).await?.company().await?;
    let user = company.users().find(&arguments.who).await;
    let user = user.map_err(CliError::from_argument)?.ok_or_else(|| {
        let problem = format!("{company} has no user with this e-mail address");
        CliError::usage(problem).with_hint("users list --search finds parts of names")
    })?;
    let update = arguments.values.apply(company.update_user(&user));
    let update = if arguments.dry_run {
        update.dry_run()
    } else {
        update
    };
    let outcome = update.await.map_err(CliError::from_argument)?;
    let edited = EditedUser::single(&user, outcome);
    let line = || {
        let what = match outcome {
            EditOutcome::Done => "changed",
            EditOutcome::Planned => "would be changed; nothing is written",
            _ => "unchanged",
        };
        vec![format!("{company}: {} {what}", user.id)]
    };
    ui::stdout(global.output).report(&edited, slice::from_ref(&edited), line)?;
    let outcome = match outcome {
        EditOutcome::Done => Outcome::Done,
        EditOutcome::Unchanged => Outcome::Unchanged,
        EditOutcome::Planned => Outcome::Planned,
        // The others are errors.
        _ => Outcome::Incomplete,
    };
    Ok(outcome.status())
}

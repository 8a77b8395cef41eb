//! `users add`: one person, or the people of a file, one by one.

use std::io;

use futures::TryStreamExt as _;
use keepnet_flows::{AddOutcome, AddReport, AddUser, AddUsers, AddedUser, Checked, NewUser, Sheet};

use crate::arguments::{self, Format, Global, Person, StaffList};
use crate::ask;
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::output::{self, Record};
use crate::progress::{Watch, say};
use crate::staff_list::{SHOWN, counted, show_rejected, unshown};

pub(crate) async fn run(global: &Global, wanted: arguments::AddUsers) -> Result<Status, Failure> {
    let arguments::AddUsers {
        person,
        from,
        map,
        sheet,
        group,
        yes,
    } = wanted;
    match from {
        Some(file) => {
            let from = StaffList {
                file,
                map,
                sheet,
                ..StaffList::default()
            };
            list(global, &from, group, yes).await
        }
        None => one(global, person, group).await,
    }
}

async fn one(global: &Global, person: Person, groups: Vec<String>) -> Result<Status, Failure> {
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let adding = company.add_user(person.into());
    let added = groups.into_iter().fold(adding, AddUser::group).await?;
    let output = output::stdout(global.output);
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

async fn list(
    global: &Global,
    list: &StaffList,
    groups: Vec<String>,
    yes: bool,
) -> Result<Status, Failure> {
    // All that can be wrong without the service is found before it is asked.
    let sheet = list.open()?;
    let checked = sheet.check(&list.mapper()?.map(&sheet)?)?;
    if !(yes || ask::can_ask()) {
        return Err(Failure::new(
            Status::Usage,
            "adding people writes, and nobody can be asked here",
        )
        .hint("add --yes to add them; `keepnet users check` shows what is in the file"));
    }
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let users = company.add_users_of_sheet(&sheet, &checked)?;
    let users = groups.into_iter().fold(users, AddUsers::group);
    if !yes && !is_confirmed(&sheet, &checked).await? {
        return Err(Failure::new(
            Status::Failed,
            "not confirmed; nothing was written",
        ));
    }
    let report = watched(users).await?;
    print(global.output, &report)?;
    Ok(match report.is_complete() {
        true => Status::Done,
        false => Status::Partial,
    })
}

/// Adds the people, and shows on standard error how far that is.
async fn watched(mut users: AddUsers) -> Result<AddReport, Failure> {
    let mut watch = Watch::new();
    let total = users.expected();
    let mut done = Vec::new();
    watch.count("adding", 0, total);
    while let Some(user) = users.try_next().await.map_err(|error| {
        let done = counted(done.len() as u64, "person", "people");
        Failure::from(error).hint(format!(
            "{done} of the file came before; run it again, nobody is added twice"
        ))
    })? {
        done.push(user);
        watch.count("adding", done.len() as u64, total);
    }
    watch.clear();
    Ok(users.report(done))
}

async fn is_confirmed(sheet: &Sheet, checked: &Checked) -> Result<bool, Failure> {
    let rejected = checked.rejected();
    for row in rejected.iter().take(SHOWN) {
        say(&row.to_string());
    }
    if let Some(more) = unshown(rejected.len() as u64) {
        say(&more);
    }
    let people = counted(checked.counts().valid, "person", "people");
    let question = format!(
        "add those of {people} in {} who are new?",
        sheet.file_name()
    );
    ask::is_confirmed(&question).await
}

/// Prints the report; a pipe that nobody reads any more changes nothing about what was done.
fn print(format: Format, report: &AddReport) -> Result<(), Failure> {
    let output = output::stdout(format);
    let printed = match format {
        Format::Table => output.lines(&lines(report)),
        Format::Json | Format::Ndjson => output.document(report),
        Format::Csv => output.records(&report.users),
    };
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

fn lines(report: &AddReport) -> Vec<String> {
    let mut lines = show_rejected(&report.rejected);
    let failed = report.users.iter().filter_map(|user| {
        let is_failed = matches!(user.outcome, AddOutcome::Failed | AddOutcome::Unknown);
        let message = user.message.as_deref().filter(|_| is_failed)?;
        let file = report.file.as_deref().unwrap_or_default();
        Some(format!(
            "{file}, row {}: {message}",
            user.row.unwrap_or_default()
        ))
    });
    lines.extend(failed.take(SHOWN));
    lines.extend(unshown(report.rows.failed));
    lines.push(report.to_string());
    lines
}

fn in_words(outcome: AddOutcome) -> &'static str {
    match outcome {
        AddOutcome::Added => "added",
        AddOutcome::Existing => "already there",
        AddOutcome::Duplicate => "named twice",
        AddOutcome::Failed => "failed",
        _ => "unknown",
    }
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

impl Record for AddedUser {
    const COLUMNS: &'static [&'static str] = &["number", "row", "outcome", "id", "message"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_string(),
            self.row.map(|row| row.to_string()).unwrap_or_default(),
            in_words(self.outcome).to_owned(),
            self.id.clone().unwrap_or_default(),
            self.message.clone().unwrap_or_default(),
        ]
    }
}

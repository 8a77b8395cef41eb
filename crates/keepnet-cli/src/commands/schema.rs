//! `schema`: the JSON Schemas of what `--output json` prints.

use clap::{Args, ValueEnum};
use keepnet_flows::staff_list::ValidationReport;
use keepnet_flows::{
    AddReport, AddedUser, CompanySummary, Group, ImportReport, Job, JobDetail, SavedFile, User,
};
use schemars::{Schema, schema_for};

use super::{auth, users};
use crate::exit::{ErrorDocument, ExitStatus, Result};
use crate::ui::{self, Document, Format, ListDocument};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The command whose output is described
    #[arg(value_enum, value_name = "COMMAND")]
    command: Described,
}

/// The commands whose output has a schema, and the errors of all commands.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Described {
    AuthCheck,
    CompaniesList,
    CompaniesShow,
    UsersList,
    UsersCount,
    UsersAdd,
    UsersAddFrom,
    UsersCheck,
    UsersImport,
    UsersExport,
    GroupsList,
    GroupsCreate,
    JobsList,
    JobsShow,
    Error,
}

pub(super) fn run(arguments: &Arguments) -> Result {
    ui::stdout(Format::Json).document(&schema(arguments.command))?;
    Ok(ExitStatus::Done)
}

fn schema(command: Described) -> Schema {
    match command {
        Described::AuthCheck => schema_for!(Document<'static, auth::SignedIn>),
        Described::CompaniesList => schema_for!(ListDocument<CompanySummary>),
        Described::CompaniesShow => schema_for!(Document<'static, CompanySummary>),
        Described::UsersList => schema_for!(ListDocument<User>),
        Described::UsersCount => schema_for!(Document<'static, users::Counts>),
        Described::UsersAdd => schema_for!(AddedUser),
        Described::UsersAddFrom => schema_for!(Document<'static, AddReport>),
        Described::UsersCheck => schema_for!(Document<'static, ValidationReport>),
        Described::UsersImport => schema_for!(ImportReport),
        Described::UsersExport => schema_for!(Document<'static, SavedFile>),
        Described::GroupsList => schema_for!(ListDocument<Group>),
        Described::GroupsCreate => schema_for!(Document<'static, Group>),
        Described::JobsList => schema_for!(ListDocument<Job>),
        Described::JobsShow => schema_for!(Document<'static, JobDetail>),
        Described::Error => schema_for!(ErrorDocument),
    }
}

//! `schema`: the JSON Schemas of what `--output json` prints.

use clap::{Args, ValueEnum};
use keepnet_flows::staff_list::ValidationReport;
use keepnet_flows::{
    AddReport, AddedUser, BillingDifference, CompanySummary, EditReport, EditedUser, FleetOutcome,
    FleetPlan, Group, ImportReport, Job, JobDetail, SavedFile, SyncReport, User,
};
use schemars::{Schema, schema_for};

use super::many::ManyDocument;
use super::{api, auth, billing, companies, config, imports, users};
use crate::exit::{ErrorDocument, ExitStatus, Result};
use crate::ui::{self, Document, Format, ListDocument};

/// The version of the documents. Version 1 may get more keys; a key that is removed, renamed or means
/// something else makes the next version.
const VERSION: u32 = 1;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The command whose JSON is described, or `error` for the errors of all commands
    #[arg(value_enum, value_name = "NAME")]
    document: Described,
}

/// The documents that have a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Described {
    AuthCheck,
    AuthLogin,
    AuthStatus,
    AuthLogout,
    CompaniesList,
    CompaniesShow,
    CompaniesDoctor,
    FleetPlan,
    FleetRun,
    BillingSnapshot,
    BillingDiff,
    UsersList,
    UsersCount,
    UsersAdd,
    UsersAddFrom,
    UsersShow,
    UsersUpdate,
    UsersDeactivate,
    UsersActivate,
    UsersDelete,
    UsersCheck,
    UsersImport,
    UsersImportDiff,
    UsersSync,
    UsersSyncDiff,
    UsersExport,
    UsersTemplate,
    GroupsList,
    GroupsCreate,
    GroupsAdd,
    GroupsRemove,
    GroupsRename,
    GroupsDelete,
    JobsList,
    JobsShow,
    JobsWatch,
    ImportsList,
    ImportsShow,
    ImportsPrune,
    ApiList,
    ConfigList,
    UsersListMany,
    UsersCountMany,
    GroupsListMany,
    JobsListMany,
    Error,
}

pub(super) fn run(arguments: &Arguments) -> Result {
    let document = arguments.document;
    let mut schema = schema(document);
    let name = document.to_possible_value();
    let name = name.as_ref().map_or("", |value| value.get_name());
    schema.insert("title".to_owned(), format!("keepnet {name}").into());
    schema.insert("version".to_owned(), VERSION.into());
    ui::stdout(Format::Json).document(&schema)?;
    Ok(ExitStatus::Done)
}

fn schema(document: Described) -> Schema {
    match document {
        Described::AuthCheck | Described::AuthLogin => {
            schema_for!(Document<'static, auth::SignedIn>)
        }
        Described::AuthStatus => schema_for!(Document<'static, auth::Status>),
        Described::AuthLogout => schema_for!(Document<'static, auth::LoggedOut>),
        Described::CompaniesList => schema_for!(companies::CompaniesDocument<'static>),
        Described::CompaniesShow => schema_for!(Document<'static, CompanySummary>),
        Described::FleetPlan => schema_for!(ListDocument<FleetPlan>),
        Described::FleetRun => schema_for!(ListDocument<FleetOutcome>),
        Described::CompaniesDoctor => schema_for!(companies::FindingsDocument<'static>),
        Described::BillingSnapshot => schema_for!(Document<'static, billing::SavedUsage>),
        Described::BillingDiff => schema_for!(Document<'static, BillingDifference>),
        Described::UsersListMany => schema_for!(ManyDocument<User>),
        Described::UsersCountMany => schema_for!(ManyDocument<users::Counts>),
        Described::GroupsListMany => schema_for!(ManyDocument<Group>),
        Described::JobsListMany => schema_for!(ManyDocument<Job>),
        Described::UsersUpdate => schema_for!(EditedUser),
        Described::UsersDeactivate
        | Described::UsersActivate
        | Described::UsersDelete
        | Described::GroupsAdd
        | Described::GroupsRemove => schema_for!(Document<'static, EditReport>),
        Described::UsersList | Described::UsersShow => schema_for!(ListDocument<User>),
        Described::UsersCount => schema_for!(Document<'static, users::Counts>),
        Described::UsersAdd => schema_for!(AddedUser),
        Described::UsersAddFrom => schema_for!(Document<'static, AddReport>),
        Described::UsersCheck => schema_for!(Document<'static, ValidationReport>),
        Described::UsersImport => schema_for!(ImportReport),
        Described::UsersImportDiff => schema_for!(users::ReportWithChanges<'static>),
        Described::UsersSync => schema_for!(SyncReport),
        Described::UsersSyncDiff => schema_for!(users::ReportWithRows<'static>),
        Described::UsersExport | Described::UsersTemplate => {
            schema_for!(Document<'static, SavedFile>)
        }
        Described::GroupsList => schema_for!(ListDocument<Group>),
        Described::GroupsCreate | Described::GroupsRename | Described::GroupsDelete => {
            schema_for!(Document<'static, Group>)
        }
        Described::JobsList => schema_for!(ListDocument<Job>),
        Described::JobsShow | Described::JobsWatch => {
            schema_for!(Document<'static, JobDetail>)
        }
        Described::ImportsList => schema_for!(ListDocument<imports::TicketSummary>),
        Described::ImportsShow => {
            schema_for!(Document<'static, imports::ShownTicket<'static>>)
        }
        Described::ImportsPrune => schema_for!(Document<'static, imports::Pruned>),
        Described::ApiList => schema_for!(ListDocument<api::ListedOperation>),
        Described::ConfigList => schema_for!(ListDocument<config::ShownSetting>),
        Described::Error => schema_for!(ErrorDocument),
    }
}

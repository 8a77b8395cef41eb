//! `schema`: the JSON Schemas of what `--output json` prints.

use clap::{Args, ValueEnum};
use keepnet_flows::staff_list::ValidationReport;
use keepnet_flows::{
    AddReport, AddedUser, BillingDifference, CompanySummary, EditReport, EditedUser, FleetOutcome,
    FleetPlan, Group, ImportReport, Job, JobDetail, SavedFile, SyncReport, User,
};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

use super::many::ManyDocument;
use super::{api, auth, billing, companies, config, imports, users};
use crate::exit::{ErrorDocument, ExitStatus, Outcome, Result};
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
    describe_outcomes(&mut schema, outcomes(document));
    let name = document.to_possible_value();
    let name = name.as_ref().map_or("", |value| value.get_name());
    schema.insert("title".to_owned(), format!("keepnet {name}").into());
    schema.insert("version".to_owned(), VERSION.into());
    ui::stdout(Format::Json).document(&schema)?;
    Ok(ExitStatus::Done)
}

/// Lists the words of the outcome, with their exit codes, in place of the type of its field.
fn describe_outcomes(schema: &mut Schema, outcomes: &[Outcome]) {
    let mut words: Vec<(&str, String)> = Vec::new();
    for outcome in outcomes {
        let code = outcome.status() as u8;
        let meaning = format!("Exit code {code}: {}.", outcome.meaning());
        match words.iter_mut().find(|(word, _)| *word == outcome.word()) {
            Some((_, meanings)) => *meanings += &format!(" {meaning}"),
            None => words.push((outcome.word(), meaning)),
        }
    }
    let words = words.iter();
    let words = words.map(|(word, meanings)| json!({"const": word, "description": meanings}));
    let words: Vec<Value> = words.collect();
    // An error has one outcome, and a code.
    if let Some(outcome) = schema.pointer_mut("/properties/outcome")
        && !words.is_empty()
    {
        *outcome = json!({"description": "How the command ended.", "oneOf": words});
    }
    remove_unused_types(schema);
}

/// Removes the types that nothing refers to any more.
fn remove_unused_types(schema: &mut Schema) {
    let text = schema.as_value().to_string();
    if let Some(types) = schema.pointer_mut("/$defs").and_then(Value::as_object_mut) {
        types.retain(|name, _| text.contains(&format!("\"#/$defs/{name}\"")));
        if types.is_empty() {
            schema.remove("$defs");
        }
    }
}

/// How a command can end that prints the document.
fn outcomes(document: Described) -> &'static [Outcome] {
    use Outcome::{
        Added, Complete, Done, Existing, Findings, Incomplete, IncompleteJob, IncompleteUnknown,
        Partial, Planned, PlannedInPart, Refused, Started, Unchanged, Unverified,
    };

    match document {
        Described::AuthCheck
        | Described::AuthLogin
        | Described::AuthStatus
        | Described::AuthLogout
        | Described::CompaniesShow
        | Described::BillingSnapshot
        | Described::BillingDiff
        | Described::UsersCount
        | Described::UsersTemplate
        | Described::GroupsCreate
        | Described::GroupsRename
        | Described::GroupsDelete
        | Described::JobsShow
        | Described::ImportsShow => &[Complete],
        Described::GroupsList
        | Described::JobsList
        | Described::ApiList
        | Described::ConfigList => &[Complete, Partial],
        Described::CompaniesList | Described::UsersList | Described::ImportsList => {
            &[Complete, Partial, Incomplete]
        }
        Described::UsersShow
        | Described::UsersExport
        | Described::UsersCheck
        | Described::ImportsPrune
        | Described::FleetPlan
        | Described::UsersListMany
        | Described::UsersCountMany
        | Described::GroupsListMany
        | Described::JobsListMany => &[Complete, Incomplete],
        Described::CompaniesDoctor => &[Complete, Findings, Incomplete],
        Described::FleetRun => &[Complete, Incomplete, IncompleteUnknown],
        Described::UsersAdd => &[Added, Existing],
        Described::UsersUpdate => &[Done, Unchanged, Planned],
        Described::UsersAddFrom
        | Described::UsersDeactivate
        | Described::UsersActivate
        | Described::UsersDelete
        | Described::GroupsAdd
        | Described::GroupsRemove => &[
            Complete,
            Incomplete,
            IncompleteUnknown,
            Planned,
            PlannedInPart,
        ],
        Described::UsersImport => &[
            Complete,
            Incomplete,
            Unverified,
            Started,
            Planned,
            PlannedInPart,
        ],
        Described::UsersImportDiff => &[Planned, PlannedInPart],
        Described::UsersSyncDiff => &[Planned, PlannedInPart, Refused],
        Described::UsersSync => &[
            Complete,
            Incomplete,
            Unverified,
            Planned,
            PlannedInPart,
            Refused,
        ],
        Described::JobsWatch => &[Complete, Incomplete, IncompleteJob],
        Described::Error => &[],
    }
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

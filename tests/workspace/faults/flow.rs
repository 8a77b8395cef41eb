//! The flows of the matrix: their steps, their results and their time limits.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use keepnet_flows::staff_list::Header;
use keepnet_flows::staff_list::MappedColumn;
use keepnet_flows::{
    AddOutcome, ClientConfig, Company, EditOutcome, Error, Field, FileFormat, ImportUsers, Mapper,
    NewUser, Priority, Reseller, Share, Sheet, SheetError, SyncReceipt, TryStreamExt, User,
};

use super::environment::Environment;

/// A use case, from the sign-in to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// A staff list of new and existing people, into a new group.
    Import,
    AddOne,
    AddMany,
    /// Several pages of users.
    List,
    /// The same users as a CSV file and as a workbook.
    Export,
    CreateGroup,
    Deactivate,
    Delete,
    /// One user into a group that exists.
    JoinGroup,
    /// Two people join, two leave, and three change: one by the import, one by a request of their own, and
    /// one in their groups alone.
    Sync,
}

/// What a flow reports.
#[derive(Debug)]
pub(super) enum Claim {
    Imported {
        imported: u64,
        failed: u64,
    },
    /// Each e-mail address with its outcome.
    Added(Vec<(String, AddOutcome)>),
    /// The e-mail addresses that were listed or exported.
    Found(Vec<String>),
    /// The id of the group.
    Grouped(String),
    /// What became of the change of one user.
    Edited(EditOutcome),
    Synced(Box<SyncReceipt>),
}

/// A group that exists.
pub(super) const EVERYBODY: &str = "All Staff";
pub(super) const GROUP: &str = "New starters";
/// Ada exists already; the others are new.
const STAFF_LIST: &str = "\
    Email,First Name,Department\n\
    ADA@acme.example,Ada,Finance\n\
    nia@acme.example,Nia,Sales\n\
    Noa@acme.example,Noa,Sales\n\
    ole@acme.example,Ole,Sales\n\
    pia@acme.example,Pia,Sales\n\
    qi@acme.example,Qi,Sales\n";
pub(super) const STAFF: u64 = 6;
/// Ada changes, Ivy is made active, Nia and Noa join, Bob and Cem leave. Sam, whom a
/// directory owns, joins the group alone.
const SYNC_LIST: &str = "\
    Email,First Name,Department\n\
    ada@acme.example,Ada,Legal\n\
    Ivy@acme.example,Ivy,Sales\n\
    sam@acme.example,Sam,IT\n\
    nia@acme.example,Nia,Sales\n\
    noa@acme.example,Noa,Sales\n";
const NEWCOMERS: [&str; 4] = [
    "nia@acme.example",
    "Ada@Acme.example",
    "ole@acme.example",
    "pia@acme.example",
];

impl Flow {
    pub(super) const ALL: [Flow; 10] = [
        Flow::Import,
        Flow::AddOne,
        Flow::AddMany,
        Flow::List,
        Flow::Export,
        Flow::CreateGroup,
        Flow::Deactivate,
        Flow::Delete,
        Flow::JoinGroup,
        Flow::Sync,
    ];

    /// How many users Acme has beside those with a name.
    pub(super) fn made_up_users(self) -> usize {
        match self {
            Flow::Sync => 0,
            _ => 30,
        }
    }

    pub(super) fn staff_list(self) -> &'static str {
        match self {
            Flow::Sync => SYNC_LIST,
            _ => STAFF_LIST,
        }
    }

    pub(super) async fn run(self, env: &Environment) -> Result<Claim, Error> {
        self.run_with(env.config(), env).await
    }

    pub(super) async fn run_with(
        self,
        config: ClientConfig,
        env: &Environment,
    ) -> Result<Claim, Error> {
        let reseller = Reseller::connect(config).await?;
        let acme = reseller.company("Acme LLC").await?;
        match self {
            Flow::Import => import(&acme, env).await,
            Flow::AddOne => add_one(&acme).await,
            Flow::AddMany => add_many(&acme).await,
            Flow::List => {
                let users = acme.users().page_size(15).stream();
                let emails = users.map_ok(|user| user.email).try_collect().await?;
                Ok(Claim::Found(emails))
            }
            Flow::Export => export(&acme, env).await,
            Flow::CreateGroup => {
                let group = acme.create_group(GROUP, Priority::Medium).await?;
                Ok(Claim::Grouped(group.id))
            }
            Flow::Deactivate => {
                let ada = find_ada(&acme).await?;
                Ok(Claim::Edited(acme.deactivate_user(&ada).await?))
            }
            Flow::Delete => {
                let ada = find_ada(&acme).await?;
                Ok(Claim::Edited(acme.delete_user(&ada).await?))
            }
            Flow::JoinGroup => {
                let ada = find_ada(&acme).await?;
                let group = acme.group(EVERYBODY).await?;
                let report = acme.add_to_group(&group, &[ada]).await?;
                Ok(Claim::Edited(report.users[0].outcome))
            }
            Flow::Sync => {
                let sync = acme.sync_users(Sheet::open(env.staff_list()).unwrap());
                let sync = sync.activate().group(EVERYBODY);
                let plan = sync.at_most_leavers(Share::count(2)).plan().await?;
                Ok(Claim::Synced(Box::new(plan.apply().await?)))
            }
        }
    }

    /// How long a token lasts: so short that a flow signs in again between its steps. Of a flow that
    /// makes calls at the same time, one may wait longer than that while the other runs.
    pub(super) fn token_lifetime(self) -> Duration {
        Duration::from_secs(match self {
            Flow::AddMany | Flow::Sync => 3600,
            _ => 2,
        })
    }

    /// The time limit of a run by the injected clock: a minute for each call of the baseline, and the
    /// stall time-out for each of the two jobs of an import.
    pub(super) fn limit(self, calls: usize) -> Duration {
        let calls = Duration::from_secs(60) * u32::try_from(calls).unwrap();
        match self {
            Flow::Import | Flow::Sync => calls + 2 * ImportUsers::STALL_TIMEOUT,
            _ => calls,
        }
    }
}

/// Ada, who may be deleted by an earlier run.
async fn find_ada(acme: &Company) -> Result<User, Error> {
    let email = "ada@acme.example";
    let found = acme.users().find(email).await?;
    match found {
        Some(user) => Ok(user),
        None => Ok(acme.users().deleted().find(email).await?.unwrap()),
    }
}

async fn import(acme: &Company, env: &Environment) -> Result<Claim, Error> {
    let sheet = Sheet::open(env.staff_list()).unwrap();
    let import = acme.import_users(sheet).group(GROUP).create_groups();
    let receipt = import.await?.confirm().await?;
    Ok(Claim::Imported {
        imported: receipt.imported,
        failed: receipt.failed,
    })
}

async fn add_one(acme: &Company) -> Result<Claim, Error> {
    let email = "Nia@acme.example";
    let added = acme.add_user(NewUser::new(email)).await?;
    Ok(Claim::Added(vec![(email.to_owned(), added.outcome)]))
}

async fn add_many(acme: &Company) -> Result<Claim, Error> {
    let report = acme.add_users(NEWCOMERS.map(NewUser::new)).await?;
    let outcomes = report.users.iter().map(|user| user.outcome);
    let emails = NEWCOMERS.map(str::to_owned).into_iter();
    Ok(Claim::Added(emails.zip(outcomes).collect()))
}

/// Some ten times the size of the file, without which an endless one would never end.
const LARGEST_FILE: u64 = 64 << 10;

async fn export(acme: &Company, env: &Environment) -> Result<Claim, Error> {
    let mut found = Vec::new();
    for format in [FileFormat::Csv, FileFormat::Excel] {
        let path = env.exported(format);
        let export = acme.users().export(format).limit(LARGEST_FILE);
        export.save(&path).await?;
        // An unreadable file counts as one without people.
        found.extend(addresses(&path).unwrap_or_default());
    }
    Ok(Claim::Found(found))
}

/// The e-mail addresses in an exported file.
fn addresses(path: &Path) -> Result<Vec<String>, SheetError> {
    let sheet = Sheet::open(path)?;
    let mapping = Mapper::new().map(&sheet)?;
    let email = mapping.column_of(&Field::Email).map(MappedColumn::letter);
    let mut columns = sheet.headers().iter();
    let column = columns.find(|header| Some(header.letter()) == email);
    let mut found = Vec::new();
    if let Some(column) = column.map(Header::position) {
        sheet.for_each_row(|row| {
            found.push(row.text(column).to_lowercase());
            ControlFlow::Continue(())
        })?;
    }
    Ok(found)
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flow::Import => "import",
            Flow::AddOne => "add one",
            Flow::AddMany => "add many",
            Flow::List => "list",
            Flow::Export => "export",
            Flow::CreateGroup => "create group",
            Flow::Deactivate => "deactivate",
            Flow::Delete => "delete",
            Flow::JoinGroup => "join group",
            Flow::Sync => "sync",
        })
    }
}

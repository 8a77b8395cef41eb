//! A customer, and everything that is done in it.

use std::fmt;
use std::sync::Arc;

use futures::Stream;
use keepnet_client::{Client, CompanyId, open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::add::{AddUser, AddUsers, NewUser};
use crate::error::{Error, Result};
use crate::export::{Export, FileFormat};
use crate::groups::Group;
use crate::import::{ImportUsers, ResumeImport, Ticket, TicketFolder};
use crate::jobs::{Job, JobDetail};
use crate::users::{UserCounts, Users};
use keepnet_staff_list::{Checked, CustomField, Mapping, Priority, Sheet, Vocabulary};

/// A customer company. Every call made through it is scoped to it.
///
/// Only a [`Reseller`](crate::Reseller) gives one out, and what belongs to one company exists here
/// alone, so a call without a company cannot be written, neither this
///
/// ```compile_fail,E0599
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let preview = reseller.import_users(sheet).await?;
/// # Ok(()) }
/// ```
///
/// nor this:
///
/// ```compile_fail,E0599
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let users = reseller.users();
/// # Ok(()) }
/// ```
///
/// With the company they can:
///
/// ```no_run
/// # async fn demo(reseller: keepnet_flows::Reseller, sheet: keepnet_flows::Sheet) -> keepnet_flows::Result<()> {
/// let acme = reseller.company("Acme LLC").await?;
/// let preview = acme.import_users(sheet).await?;
/// let users = acme.users();
/// # Ok(()) }
/// ```
///
/// Cheap to clone: the token and the connections are shared.
#[derive(Clone)]
pub struct Company {
    this: Arc<CompanyRef>,
    client: Client,
}

impl Company {
    pub(crate) fn new(client: &Client, id: &CompanyId, name: String) -> Company {
        Company {
            this: Arc::new(CompanyRef {
                id: id.as_str().to_owned(),
                name,
            }),
            client: client.for_company(id),
        }
    }

    /// The resource id, such as `xC5kfGz7w2Nz`.
    pub fn id(&self) -> &str {
        &self.this.id
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.this.name
    }

    /// Id and name, as reports and errors show them.
    pub fn reference(&self) -> &CompanyRef {
        &self.this
    }

    /// Lists the users of this company; the deleted ones are left out unless asked for.
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// Counts the users of this company.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn count_users(&self) -> Result<UserCounts> {
        let summary = open(
            "get_target_user_count_summary",
            self.client.get_target_user_count_summary(),
        );
        let data = summary
            .await
            .map_err(|error| self.failed("counting the users", error))?;
        UserCounts::read(&data).ok_or_else(|| {
            self.error(
                crate::ErrorKind::Protocol,
                "counting the users",
                "the answer holds no counts",
            )
        })
    }

    /// Prepares an import of the people in `sheet` as users of this company. Nothing is sent before
    /// it is started or awaited, and nothing is written before its preview is confirmed.
    pub fn import_users(&self, sheet: Sheet) -> ImportUsers {
        ImportUsers::new(self.clone(), sheet)
    }

    /// Carries on an import of this company from its ticket, wherever and however the process ended
    /// that began it.
    ///
    /// Nothing is done twice: what the service has already is used, the file is sent again only where
    /// the service has forgotten it and was not asked to import it, and whether it was asked is found
    /// out by the jobs that were not there before and by the number of users, which are waited for up
    /// to a minute after it was asked. Where that leaves it open, the error says [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    ///
    /// An import that nobody confirmed needs its file, with the content it had; one that the service
    /// took can be followed without, and then the rows that the service fails at have no numbers.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TryStreamExt};
    /// use keepnet_flows::TicketFolder;
    ///
    /// # let sandbox = keepnet_sandbox::Sandbox::builder().start().await?;
    /// # let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret")).base_url(sandbox.url());
    /// # let reseller = Reseller::with_config(config).await?;
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("people.csv");
    /// # std::fs::write(&file, "Email\nnia@acme.example\n")?;
    /// let acme = reseller.company("Acme LLC").await?;
    /// let tickets = TicketFolder::new(folder.path().join("imports"));
    /// let preview = acme.import_users(Sheet::open(&file)?).ticket(&tickets).await?;
    /// drop(preview); // the process ends here
    ///
    /// let unfinished = tickets.tickets()?.into_iter().find(|ticket| !ticket.is_finished());
    /// let ticket = unfinished.expect("it was not confirmed");
    /// let resumed = acme.resume_import(&tickets, &ticket).await?;
    /// let receipt = resumed.confirm().await?;
    /// assert_eq!(receipt.imported, 1);
    ///
    /// // Once it is done, its ticket tells what it did, and nothing is sent.
    /// let again = acme.resume_import(&tickets, &ticket).await?.confirm().await?;
    /// assert_eq!(again, receipt);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn resume_import(&self, tickets: &TicketFolder, ticket: &Ticket) -> ResumeImport {
        ResumeImport::new(self.clone(), tickets, ticket)
    }

    /// Adds one person, unless the company has somebody with this e-mail address already. Nothing is
    /// sent before it is awaited, which gives the [`AddedUser`](crate::AddedUser) or why there is none.
    pub fn add_user(&self, user: NewUser) -> AddUser {
        AddUser::new(self, user)
    }

    /// Adds people; those whom the company has already, by e-mail address without regard to case,
    /// are left as they are. Nothing is sent before it is polled or awaited.
    pub fn add_users<I>(&self, users: I) -> AddUsers
    where
        I: IntoIterator<Item = NewUser>,
        I::IntoIter: Send + 'static,
    {
        self.add_users_of_stream(futures::stream::iter(users))
    }

    /// As [`add_users`](Company::add_users), for people who come one by one. At most 100 of them are
    /// held at a time.
    pub fn add_users_of_stream(
        &self,
        users: impl Stream<Item = NewUser> + Send + 'static,
    ) -> AddUsers {
        AddUsers::new(self, users)
    }

    /// Adds the people in the valid rows of a staff list that was checked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) where a column fills a field that only an
    /// import can set: time zone, language, and the company's own fields; or why the list cannot be
    /// read again.
    pub fn add_users_of_sheet(&self, sheet: &Sheet, checked: &Checked) -> Result<AddUsers> {
        AddUsers::of_sheet(self, sheet, checked)
    }

    /// Lists the active custom fields of this company, in the order of the service's own form.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn custom_fields(&self) -> Result<Vec<CustomField>> {
        crate::custom_fields::all(self, "listing the custom fields").await
    }

    /// What this company allows in the columns of a mapping: its custom fields, and the time zones
    /// and languages of the service where a column has them. What this credential may not list
    /// remains unknown, and is then not checked here.
    ///
    /// # Errors
    ///
    /// If a call fails for another reason.
    pub async fn vocabulary(&self, mapping: &Mapping) -> Result<Vocabulary> {
        let doing = "asking what the company allows";
        let vocabulary = crate::vocabulary::of(self, doing).await?;
        crate::vocabulary::complete(vocabulary, self, doing, mapping).await
    }

    /// Lists the target groups of this company.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        crate::groups::all(self).await
    }

    /// The target group with this id, or else with this name without regard to case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where there is none, and
    /// [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) where several have the name.
    pub async fn group(&self, name_or_id: &str) -> Result<Group> {
        crate::groups::named(self, name_or_id).await
    }

    /// The target group of this name, without regard to case. Where there is none it is created with
    /// this priority; one that is there is left as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) for a name of no or more than 64
    /// characters, and where the group of this name is filled by the service or an identity
    /// provider; [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) where several have the name;
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) where it may or may not have
    /// been created: creating it again does no harm.
    pub async fn create_group(&self, name: &str, priority: Priority) -> Result<Group> {
        crate::groups::ensure(self, name, priority).await
    }

    /// Lists the background jobs of this company, in the order of the service.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        crate::jobs::all(self).await
    }

    /// One background job, with what it does and the rows it failed at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if this company has no such job.
    pub async fn job(&self, id: &str) -> Result<JobDetail> {
        crate::jobs::one(self, id).await
    }

    /// The service's template of a staff list, with the headers that it knows. Nothing is sent before
    /// it is saved or written.
    pub fn template(&self, format: FileFormat) -> Export {
        Export::template(self.clone(), format)
    }

    /// The raw client, scoped to this company: every operation of the API, with its generated types.
    pub fn raw(&self) -> &Client {
        &self.client
    }

    pub(crate) fn failed(&self, doing: impl Into<String>, error: keepnet_client::Error) -> Error {
        Error::of_client(doing, Some(CompanyRef::clone(&self.this)), error)
    }

    pub(crate) fn error(
        &self,
        kind: crate::ErrorKind,
        doing: impl Into<String>,
        problem: impl Into<String>,
    ) -> Error {
        Error::new(kind, doing, Some(CompanyRef::clone(&self.this)), problem)
    }
}

impl fmt::Display for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.this.fmt(f)
    }
}

impl fmt::Debug for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Company")
            .field("id", &self.this.id)
            .field("name", &self.this.name)
            .finish_non_exhaustive()
    }
}

/// Which company: its id and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyRef {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for CompanyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.id)
    }
}

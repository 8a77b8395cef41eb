//! The settings of an import, and its run up to the preview.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use keepnet_staff_list::{Field, Mapper, Sheet};

use super::{
    Columns, ImportMode, Journal, ListedPeople, LongRunningOperation, Preview, PreviewRun,
    Progress, Reporter, RowNumbers, ServerState, Stage, Ticket, TicketFile, TicketStep,
    TicketStore, ensure_own_list, nothing_imported, prepare, selected_rows,
};
use crate::error::of_sheet;
use crate::groups::find_groups;
use crate::{Company, Result};

impl Company {
    /// Prepares an import of the people in `sheet` as users of this company. Nothing is sent before
    /// it is started or awaited, and nothing is written before its preview is confirmed.
    pub fn import_users(&self, sheet: Sheet) -> ImportUsers {
        ImportUsers {
            company: self.clone(),
            sheet,
            mapper: Mapper::new(),
            groups: Vec::new(),
            create_groups: false,
            mode: ImportMode::All,
            selected: Vec::new(),
            domains: None,
            within_license: false,
            stall_timeout: ImportUsers::STALL_TIMEOUT,
            tickets: None,
            strict: false,
        }
    }
}

/// The settings of an import, made by [`Company::import_users`].
///
/// [`start`](ImportUsers::start) it to watch its progress, or await it for its [`Preview`]. Nothing
/// happens before.
#[must_use = "nothing is imported until this is started or awaited, and its preview confirmed"]
pub struct ImportUsers {
    company: Company,
    sheet: Sheet,
    mapper: Mapper,
    groups: Vec<String>,
    create_groups: bool,
    mode: ImportMode,
    selected: Vec<String>,
    domains: Option<Vec<String>>,
    within_license: bool,
    stall_timeout: Duration,
    tickets: Option<Arc<dyn TicketStore>>,
    strict: bool,
}

/// A running import, up to its [`Preview`].
///
/// Dropping it stops only the watching: a file that was sent stays in the service as an unconfirmed
/// transaction, from which no user is created.
pub type Import = LongRunningOperation<Preview>;

impl ImportUsers {
    /// The default of [`stall_timeout`](ImportUsers::stall_timeout): 30 minutes.
    pub const STALL_TIMEOUT: Duration = Duration::from_secs(30 * 60);

    /// Fills `field` from `column`, given by its header or its letter. Other columns map
    /// themselves; see [`Mapper`].
    pub fn column(mut self, column: impl Into<String>, field: Field) -> ImportUsers {
        self.mapper = self.mapper.column(column, field);
        self
    }

    /// Leaves `column` out, whatever its header is.
    pub fn ignore(mut self, column: impl Into<String>) -> ImportUsers {
        self.mapper = self.mapper.ignore(column);
        self
    }

    /// Replaces the mapper, and with it the earlier calls of [`column`](ImportUsers::column) and
    /// [`ignore`](ImportUsers::ignore).
    pub fn mapper(mut self, mapper: Mapper) -> ImportUsers {
        self.mapper = mapper;
        self
    }

    /// Puts everyone who is imported into this group, given by its name or id; may be called for
    /// several groups.
    pub fn group(mut self, name_or_id: impl Into<String>) -> ImportUsers {
        self.groups.push(name_or_id.into());
        self
    }

    /// Creates the groups that the company does not have, instead of failing. They are created
    /// before the preview, because the service needs their ids for it.
    pub fn create_groups(mut self) -> ImportUsers {
        self.create_groups = true;
        self
    }

    /// Which people to import. Default: [`ImportMode::All`].
    pub fn mode(mut self, mode: ImportMode) -> ImportUsers {
        self.mode = mode;
        self
    }

    /// Imports only the people with the given e-mail addresses; may be called for several. Sets the
    /// mode to [`ImportMode::Selected`].
    pub fn select(mut self, email: impl Into<String>) -> ImportUsers {
        self.mode = ImportMode::Selected;
        self.selected.push(email.into());
        self
    }

    /// The domains that the people may have; nobody is imported if one has another domain. Default: those of
    /// the active users of the company. More than half of the people must then have one of these, which is
    /// found out before anything is sent; otherwise the error is
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict), with [`UnknownDomains`](crate::UnknownDomains) as
    /// its source. If the company has no active users, or the service does not say it, the import goes on;
    /// see [`Preview::domains`].
    pub fn domains<T: Into<String>>(mut self, domains: impl IntoIterator<Item = T>) -> ImportUsers {
        self.domains = Some(domains.into_iter().map(Into::into).collect());
        self
    }

    /// Stops before the confirmation with [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the
    /// company would have more active users than its licence has seats, or if the service does not say
    /// how many it has. Default: the licence is not looked at.
    pub fn within_license(mut self) -> ImportUsers {
        self.within_license = true;
        self
    }

    /// How long a job of the service may show the same status and counts before the import fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout); rounded up to seconds. Default:
    /// [`ImportUsers::STALL_TIMEOUT`].
    pub fn stall_timeout(mut self, timeout: Duration) -> ImportUsers {
        self.stall_timeout = timeout;
        self
    }

    /// Keeps a ticket of the import in this store, such as a
    /// [`TicketFolder`](crate::TicketFolder), from which
    /// [`Company::resume_import`](crate::Company::resume_import) continues after a crash. The ticket is
    /// written before each step. If that fails before the import is confirmed, the import stops.
    /// Default: no ticket.
    ///
    /// While the service may be working on an earlier import or synchronization whose ticket is in a
    /// folder, nothing is sent; see
    /// [`ensure_nothing_unfinished`](crate::TicketFolder::ensure_nothing_unfinished).
    pub fn ticket(mut self, store: &(impl TicketStore + Clone)) -> ImportUsers {
        self.tickets = Some(Arc::new(store.clone()));
        self
    }

    /// Fails if the file has a [`Warning`](crate::Warning), before anything is sent, for an import that
    /// nobody looks at. Default: the [`Preview`] holds the warnings.
    pub fn strict(mut self) -> ImportUsers {
        self.strict = true;
        self
    }

    /// Starts the import up to its preview.
    pub fn start(self) -> Import {
        let company = self.company.clone();
        let action = format!("importing {}", self.sheet.file_name());
        LongRunningOperation::new(&company, action, |reporter| run(self, reporter))
    }
}

impl IntoFuture for ImportUsers {
    type Output = Result<Preview>;
    type IntoFuture = BoxFuture<'static, Result<Preview>>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().into_future()
    }
}

impl fmt::Debug for ImportUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportUsers")
            .field("company", &self.company)
            .field("sheet", &self.sheet)
            .field("groups", &self.groups)
            .field("create_groups", &self.create_groups)
            .field("mode", &self.mode)
            .field("selected", &self.selected.len())
            .field("stall_timeout", &self.stall_timeout)
            .finish_non_exhaustive()
    }
}

async fn run(settings: ImportUsers, reporter: Reporter) -> Result<Preview> {
    let company = settings.company;
    reporter.report(Progress::at(Stage::Checking)).await;
    let sheet = Arc::new(settings.sheet);
    let file = TicketFile::of(&sheet)?;
    let columns = Columns::By(settings.mapper);
    let prepared = prepare(&company, Arc::clone(&sheet), columns).await?;
    if settings.strict {
        let warnings = prepared.validation.ensure_no_warnings();
        warnings.map_err(|error| nothing_imported(of_sheet(error)))?;
    }
    let selected = match settings.mode {
        ImportMode::Selected => selected_rows(&settings.selected, &prepared.validation)?,
        _ => RowNumbers::default(),
    };
    let people = ListedPeople {
        mode: settings.mode,
        selected: selected.clone(),
        domains: settings.domains.clone(),
    };
    let prepared = ensure_own_list(&company, sheet, prepared, people).await?;
    // A missing group is an error before anything is sent and before there is a ticket.
    let groups = find_groups(&company, &settings.groups, settings.create_groups).await?;
    let ticket = Ticket {
        version: Ticket::VERSION,
        id: String::new(),
        created: 0,
        updated: 0,
        base_url: company.raw().client().base_url().to_owned(),
        company: company.reference().clone(),
        file,
        mapping: prepared.validation.mapping().clone(),
        groups: settings.groups,
        create_groups: settings.create_groups,
        mode: settings.mode,
        selected,
        domains: settings.domains,
        within_license: settings.within_license,
        import_words: company.import_words().get(),
        stall_timeout: settings.stall_timeout.as_millis().div_ceil(1000) as u64,
        step: TicketStep::Checked,
    };
    let journal = Journal::begin(&company, ticket, settings.tickets).await?;
    if let Some(id) = journal.ticket_id() {
        let _ = reporter.ids().ticket.set(id.to_owned());
    }
    let run = PreviewRun {
        company,
        prepared,
        journal,
        groups: Some(groups),
        confirmed_counts: None,
        reporter,
    };
    run.run(ServerState::Nothing).await
}

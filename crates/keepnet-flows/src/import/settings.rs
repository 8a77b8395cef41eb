//! What to import, and how.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::Stream;
use keepnet_staff_list::{Field, Mapper, Sheet};

use super::mode::ImportMode;
use super::operation::{Known, Reporter, Watched};
use super::preview::Preview;
use super::progress::{Progress, Stage};
use super::row_numbers::RowNumbers;
use super::ticket::{Journal, Step, Ticket, TicketFile, TicketFolder};
use super::upload::{Columns, Course, Stand, prepare, selected};
use crate::company::Company;
use crate::error::Result;
use crate::groups;

/// The settings of an import, made by [`Company::import_users`].
///
/// [`start`](ImportUsers::start) it to watch it, or await it for its [`Preview`]. Nothing happens
/// before.
#[must_use = "nothing is imported until this is started or awaited, and its preview confirmed"]
pub struct ImportUsers {
    company: Company,
    sheet: Sheet,
    mapper: Mapper,
    groups: Vec<String>,
    create_groups: bool,
    mode: ImportMode,
    selected: Vec<String>,
    patience: Duration,
    tickets: Option<TicketFolder>,
}

impl Company {
    /// Prepares an import of the people in `sheet` as users of this company. Nothing is sent before
    /// it is started or awaited, and nothing is written before its preview is confirmed.
    pub fn import_users(&self, sheet: Sheet) -> ImportUsers {
        ImportUsers::new(self.clone(), sheet)
    }
}

impl ImportUsers {
    /// How long a job of the service may stand still before the flow gives up watching it.
    pub const PATIENCE: Duration = Duration::from_secs(30 * 60);

    fn new(company: Company, sheet: Sheet) -> ImportUsers {
        ImportUsers {
            company,
            sheet,
            mapper: Mapper::new(),
            groups: Vec::new(),
            create_groups: false,
            mode: ImportMode::All,
            selected: Vec::new(),
            patience: ImportUsers::PATIENCE,
            tickets: None,
        }
    }

    /// Fills `field` from `column`, given by its header or its letter. Other columns map
    /// themselves; see [`Mapper`].
    pub fn column(mut self, column: impl Into<String>, field: Field) -> ImportUsers {
        self.mapper = self.mapper.column(column, field);
        self
    }

    /// Leaves `column` out, whatever its header says.
    pub fn ignore(mut self, column: impl Into<String>) -> ImportUsers {
        self.mapper = self.mapper.ignore(column);
        self
    }

    /// Decides the columns by this mapper instead, forgetting what was said before.
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

    /// Imports only people whose e-mail addresses are given so; may be called for several. Sets the
    /// mode to [`ImportMode::Selected`].
    pub fn select(mut self, email: impl Into<String>) -> ImportUsers {
        self.mode = ImportMode::Selected;
        self.selected.push(email.into());
        self
    }

    /// How long a job of the service may stand still, neither its status nor a counter moving,
    /// before the flow gives up watching it. Default: [`ImportUsers::PATIENCE`], 30 minutes.
    pub fn patience(mut self, patience: Duration) -> ImportUsers {
        self.patience = patience;
        self
    }

    /// Keeps a ticket of the import in this folder, from which
    /// [`Company::resume_import`](crate::Company::resume_import) carries on after a crash. It is
    /// written before each step; where it cannot be, up to the confirmation, the import stops.
    /// Default: none is kept.
    pub fn ticket(mut self, folder: &TicketFolder) -> ImportUsers {
        self.tickets = Some(folder.clone());
        self
    }

    /// Starts the import up to its preview.
    pub fn start(self) -> Import {
        Import::new(self)
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
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// A running import, up to its preview: a stream of [`Progress`], and a future of the [`Preview`].
///
/// It goes on while it is polled, in either way; a stream that has ended leaves the preview to be
/// awaited. Dropping it stops only the watching: a file that was sent stays with the service as an
/// unconfirmed transaction, from which nobody is created.
#[must_use = "an import does nothing unless it is polled or awaited"]
pub struct Import {
    work: Watched<Preview>,
    known: Known,
}

impl Import {
    fn new(settings: ImportUsers) -> Import {
        let known = Known::default();
        let inside = known.clone();
        Import {
            work: Watched::new(|reporter| run(settings, inside, reporter)),
            known,
        }
    }

    /// The upload transaction, once the file has been sent.
    pub fn transaction_id(&self) -> Option<&str> {
        self.known.transaction.get().map(String::as_str)
    }

    /// The id of the ticket, once it is on the disk; see [`ImportUsers::ticket`].
    pub fn ticket_id(&self) -> Option<&str> {
        self.known.ticket.get().map(String::as_str)
    }
}

impl Stream for Import {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.work.poll_progress(cx)
    }
}

impl IntoFuture for Import {
    type Output = Result<Preview>;
    type IntoFuture = BoxFuture<'static, Result<Preview>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work.finish())
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("transaction_id", &self.transaction_id())
            .finish_non_exhaustive()
    }
}

/// Runs a new import up to its preview.
async fn run(settings: ImportUsers, known: Known, reporter: Reporter) -> Result<Preview> {
    let company = settings.company;
    let doing = format!("importing {}", settings.sheet.file_name());
    reporter.say(Progress::at(Stage::Checking)).await;
    let columns = Columns::By(settings.mapper);
    let prepared = prepare(&company, &doing, settings.sheet, columns).await?;
    let selected = match settings.mode {
        ImportMode::Selected => selected(&company, &doing, &settings.selected, &prepared.checked)?,
        _ => RowNumbers::default(),
    };
    // A group that is not there is found out before anything is sent, and leaves no ticket.
    let found = groups::find(&company, &settings.groups, settings.create_groups).await?;
    let journal = match settings.tickets {
        None => Journal::none(),
        Some(folder) => {
            let ticket = Ticket {
                version: Ticket::VERSION,
                id: String::new(),
                created: 0,
                updated: 0,
                base_url: company.raw().base_url().to_owned(),
                company: company.reference().clone(),
                file: TicketFile {
                    name: prepared.checked.file_name().to_owned(),
                    path: std::path::absolute(&prepared.path).unwrap_or(prepared.path.clone()),
                    worksheet: prepared.worksheet.clone(),
                    sha256: prepared.sha256.clone(),
                },
                mapping: prepared.checked.mapping().clone(),
                groups: settings.groups.clone(),
                create_groups: settings.create_groups,
                mode: settings.mode,
                selected: selected.clone(),
                patience: settings.patience.as_secs(),
                step: Step::Checked,
            };
            Journal::begin(folder, &company, ticket, &known.ticket).await?
        }
    };
    let course = Course {
        company,
        doing,
        prepared,
        selected,
        groups: settings.groups,
        create_groups: settings.create_groups,
        found: Some(found),
        mode: settings.mode,
        patience: settings.patience,
        journal,
        known,
        reporter,
        confirmed: None,
    };
    course.go(Stand::Nothing).await
}

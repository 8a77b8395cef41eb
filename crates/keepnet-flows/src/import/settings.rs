//! What to import, and how.

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Import;
use super::preview::Preview;
use super::ticket::TicketFolder;
use crate::company::Company;
use crate::error::Result;
use keepnet_staff_list::{Field, Mapper, Sheet};

/// The settings of an import, made by [`Company::import_users`].
///
/// [`start`](ImportUsers::start) it to watch it, or await it for its [`Preview`]. Nothing happens
/// before.
#[must_use = "nothing is imported until this is started or awaited, and its preview confirmed"]
pub struct ImportUsers {
    pub(super) company: Company,
    pub(super) sheet: Sheet,
    pub(super) mapper: Mapper,
    pub(super) groups: Vec<String>,
    pub(super) create_groups: bool,
    pub(super) mode: ImportMode,
    pub(super) selected: Vec<String>,
    pub(super) patience: Duration,
    pub(super) tickets: Option<TicketFolder>,
}

/// Which of the people in the file are imported. Rejected rows never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportMode {
    /// New people are created, those that are there already are updated. A second run of the same
    /// file creates nobody, and writes the same values once more.
    #[default]
    All,
    /// New people are created, nobody is updated. A second run of the same file writes nothing.
    New,
    /// People that are there already are updated, nobody is created.
    Existing,
    /// Only people with the given e-mail addresses; see [`ImportUsers::select`].
    Selected,
}

impl ImportUsers {
    /// How long a job of the service may stand still before the flow gives up watching it.
    pub const PATIENCE: Duration = Duration::from_secs(30 * 60);

    pub(crate) fn new(company: Company, sheet: Sheet) -> ImportUsers {
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

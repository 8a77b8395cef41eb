//! The settings of a synchronization.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keepnet_staff_list::{Field, Mapper, Sheet};

use super::apply::close_earlier;
use super::leavers::{Leavers, Share};
use super::options::SyncOptions;
use super::plan::{ListColumns, PlanRequest, SyncPlan, make_plan};
use super::ticket::{SyncStore, SyncTicket};
use crate::Company;
use crate::import::{LongRunningOperation, TicketFile, TicketStore};

impl Company {
    /// Prepares to make the people of this company those of `sheet`, which names everybody who works
    /// there. Nothing is sent before the plan is made, and nothing is written before it is applied.
    pub fn sync_users(&self, sheet: Sheet) -> SyncUsers {
        SyncUsers {
            company: self.clone(),
            sheet: Arc::new(sheet),
            mapper: Mapper::new(),
            options: SyncOptions::default(),
            strict: false,
            tickets: None,
        }
    }
}

/// The settings of a synchronization, made by [`Company::sync_users`].
///
/// People are matched by their e-mail addresses, as the service compares them. Fields without a column
/// are not touched, and neither is one with a blank cell.
#[must_use = "nothing happens until the plan is made and applied"]
pub struct SyncUsers {
    company: Company,
    sheet: Arc<Sheet>,
    mapper: Mapper,
    options: SyncOptions,
    strict: bool,
    tickets: Option<SyncStore>,
}

/// A plan that is being made: a stream of progress, and a future of the [`SyncPlan`]. It writes no person;
/// dropping it cancels the requests.
pub type MakePlan = LongRunningOperation<SyncPlan>;

impl SyncUsers {
    /// Replaces everything that the synchronization may do.
    pub(crate) fn options(mut self, options: SyncOptions) -> SyncUsers {
        self.options = options;
        self
    }

    /// What happens to the people whom the list does not name. Default: [`Leavers::Deactivate`].
    pub fn leavers(mut self, leavers: Leavers) -> SyncUsers {
        self.options.leavers = leavers;
        self
    }

    /// How many people may leave, of those who could: the people who are not deleted, and also active
    /// unless leavers are deleted. Default: 10 %. An empty list is refused whatever this says.
    pub fn at_most_leavers(mut self, share: Share) -> SyncUsers {
        self.options.at_most_leavers = share;
        self
    }

    /// The domains that people may join with. Default: those of the people whom the company has now.
    pub fn domains<T: Into<String>>(mut self, domains: impl IntoIterator<Item = T>) -> SyncUsers {
        self.options.domains = Some(domains.into_iter().map(Into::into).collect());
        self
    }

    /// The column that identifies a person, such as an employee number, given by its header or letter.
    /// It fills a custom field. A person with the key of a row gets the address of the row, in place of
    /// leaving and joining. Default: people are matched by their addresses alone.
    pub fn key(mut self, column: impl Into<String>) -> SyncUsers {
        self.options.key = Some(column.into());
        self
    }

    /// A blank cell of this column, given by its header or letter, clears the field; may be called for
    /// several columns. What the service does with a blank value is not proven, so the field is read
    /// back. Default: a blank cell touches nothing.
    pub fn clear(mut self, column: impl Into<String>) -> SyncUsers {
        self.options.clear.push(column.into());
        self
    }

    /// Everybody on the list joins this group, given by its name or id; may be called for several
    /// groups. Nobody is taken out of a group.
    pub fn group(mut self, name_or_id: impl Into<String>) -> SyncUsers {
        self.options.groups.push(name_or_id.into());
        self
    }

    /// Creates the groups that the company does not have, instead of failing.
    pub fn create_groups(mut self) -> SyncUsers {
        self.options.create_groups = true;
        self
    }

    /// Makes the inactive people of the list active. Default: they stay inactive, because somebody may
    /// have paused them on purpose.
    pub fn activate(mut self) -> SyncUsers {
        self.options.activate = true;
        self
    }

    /// Allows a list with fewer than half as many people as the company.
    pub fn smaller_list(mut self) -> SyncUsers {
        self.options.smaller_list = true;
        self
    }

    /// Lets people leave although rows have no readable e-mail address of their own, which may be theirs.
    pub fn unreadable_rows(mut self) -> SyncUsers {
        self.options.unreadable_rows = true;
        self
    }

    /// Allows more active people than the licence covers.
    pub fn beyond_license(mut self) -> SyncUsers {
        self.options.beyond_license = true;
        self
    }

    /// Allows this column, given by its header or letter, to replace more than half of the values of its
    /// field; may be called for several columns.
    pub fn overwrite(mut self, column: impl Into<String>) -> SyncUsers {
        self.options.overwrite.insert(column.into());
        self
    }

    /// How long a job of the service may show the same status and counts before the synchronization
    /// fails with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout); rounded up to seconds. Default:
    /// [`ImportUsers::STALL_TIMEOUT`](crate::ImportUsers::STALL_TIMEOUT).
    pub fn stall_timeout(mut self, timeout: Duration) -> SyncUsers {
        self.options.stall_timeout = Some(timeout.as_millis().div_ceil(1000) as u64);
        self
    }

    /// Fills `field` from `column`, given by its header or its letter. Other columns map themselves;
    /// see [`Mapper`].
    pub fn column(mut self, column: impl Into<String>, field: Field) -> SyncUsers {
        self.mapper = self.mapper.column(column, field);
        self
    }

    /// Leaves `column` out, whatever its header is.
    pub fn ignore(mut self, column: impl Into<String>) -> SyncUsers {
        self.mapper = self.mapper.ignore(column);
        self
    }

    /// Replaces the mapper, and with it the earlier calls of [`column`](SyncUsers::column) and
    /// [`ignore`](SyncUsers::ignore).
    pub fn mapper(mut self, mapper: Mapper) -> SyncUsers {
        self.mapper = mapper;
        self
    }

    /// Fails if the file has a [`Warning`](crate::Warning). Default: the plan holds the warnings.
    pub fn strict(mut self) -> SyncUsers {
        self.strict = true;
        self
    }

    /// Keeps a ticket in this store, such as a [`TicketFolder`](crate::TicketFolder), while the plan is
    /// applied, from which [`Company::resume_sync`](crate::Company::resume_sync) continues after a crash.
    /// The ticket is written before each step. If that fails, the synchronization stops. Default: no
    /// ticket.
    ///
    /// If the store has the ticket of an unfinished synchronization of this company, the plan first waits
    /// for the import that it has begun, and then removes it: the new plan sees what was done. While the
    /// service may be working on an import of its own whose ticket is in a folder, nothing is written; see
    /// [`ensure_nothing_unfinished`](crate::TicketFolder::ensure_nothing_unfinished).
    ///
    /// A company is synchronized by one run at a time in this process, and in this store as far as it can
    /// lock. A [`TicketFolder`](crate::TicketFolder) on a file system without locks cannot, and neither can
    /// runs with different stores or without one: see to it that no two processes synchronize the same
    /// company.
    pub fn ticket(mut self, store: &(impl TicketStore<SyncTicket> + Clone)) -> SyncUsers {
        self.tickets = Some(Arc::new(store.clone()));
        self
    }

    /// Compares the list with the people of the company, who are listed once. It writes no person; with a
    /// [`ticket`](SyncUsers::ticket), it first waits for an import that an earlier synchronization
    /// has begun.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Sheet`](crate::ErrorKind::Sheet) for a list that cannot be read or mapped,
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the people change during each of three
    /// listings, and the errors of the calls. What is odd about the list is no error here: see
    /// [`SyncPlan::refusals`].
    pub fn plan(self) -> MakePlan {
        let company = self.company.clone();
        let action = format!("comparing {} with the users", self.sheet.file_name());
        LongRunningOperation::new(&company, action, |reporter| async move {
            let request = PlanRequest {
                file: TicketFile::of(&self.sheet)?,
                company: self.company,
                sheet: self.sheet,
                columns: ListColumns::By(self.mapper),
                options: self.options,
                strict: self.strict,
                tickets: self.tickets,
            };
            if let Some(tickets) = &request.tickets {
                close_earlier(&request.company, tickets, &request.sheet, &reporter).await?;
            }
            make_plan(request, &reporter).await
        })
    }
}

impl fmt::Debug for SyncUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncUsers")
            .field("company", &self.company)
            .field("sheet", &self.sheet)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

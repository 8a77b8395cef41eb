//! Applying a saved plan.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use keepnet_staff_list::Sheet;

use super::apply_plan::verified;
use super::close_import::close_earlier;
use crate::import::{LongRunningOperation, Reporter, TicketStore};
use crate::sync::list::GivenList;
use crate::sync::plan::{ListColumns, PlanRequest, SyncPlan, make_plan};
use crate::sync::saved_plan::SavedPlan;
use crate::sync::ticket::{SyncStore, SyncTicket};
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Prepares to apply a saved plan of this company.
    pub fn apply_saved_plan(&self, plan: SavedPlan) -> ApplySavedPlan {
        ApplySavedPlan {
            company: self.clone(),
            saved: plan,
            list: GivenList::OfPlan,
            tickets: None,
        }
    }
}

/// A saved plan, made by [`Company::apply_saved_plan`].
#[must_use = "nothing happens until the plan is made again and applied"]
pub struct ApplySavedPlan {
    company: Company,
    saved: SavedPlan,
    list: GivenList,
    tickets: Option<SyncStore>,
}

impl ApplySavedPlan {
    /// Where the list is now. Default: the path in the plan.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ApplySavedPlan {
        self.list = GivenList::AtPath(path.into());
        self
    }

    /// The list, such as one in memory. Its content must be that of the plan, and it must be read in the
    /// same way; see [`TicketFile::sheet_options`](crate::import::TicketFile::sheet_options). Default: the
    /// file at the path in the plan.
    pub fn sheet(mut self, sheet: Sheet) -> ApplySavedPlan {
        self.list = GivenList::Opened(Arc::new(sheet));
        self
    }

    /// As [`SyncUsers::ticket`](crate::SyncUsers::ticket).
    pub fn ticket(mut self, store: &(impl TicketStore<SyncTicket> + Clone)) -> ApplySavedPlan {
        self.tickets = Some(Arc::new(store.clone()));
        self
    }

    /// Reads the list and the people again. The result has what the saved plan has; what else would
    /// change by now is not in it. Reads only.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the plan is of another company or service, if the list has changed, and
    /// if anybody whom the plan writes has changed; the error says how many.
    pub fn plan(self) -> LongRunningOperation<SyncPlan> {
        let company = self.company.clone();
        let action = format!("applying the plan for {}", self.saved.file.name);
        LongRunningOperation::new(&company, action, |reporter| async move {
            let saved = &self.saved;
            ensure_same_company(&self.company, saved)?;
            let sheet = self.list.open(&saved.file).await?;
            if let Some(tickets) = &self.tickets {
                close_earlier(&self.company, tickets, &sheet, &reporter).await?;
            }
            let fresh = plan_again(&self.company, saved, sheet, self.tickets, &reporter);
            verified(saved, fresh.await?)
        })
    }
}

/// Makes the plan again: for the same list, mapping and settings.
pub(super) async fn plan_again(
    company: &Company,
    saved: &SavedPlan,
    sheet: Arc<Sheet>,
    tickets: Option<SyncStore>,
    reporter: &Reporter,
) -> Result<SyncPlan> {
    let request = PlanRequest {
        company: company.clone(),
        sheet,
        file: saved.file.clone(),
        columns: ListColumns::As(saved.mapping.clone()),
        options: saved.options.clone(),
        strict: false,
        tickets,
    };
    make_plan(request, reporter).await
}

/// A saved plan is valid for its company and its service only.
pub(super) fn ensure_same_company(company: &Company, saved: &SavedPlan) -> Result<()> {
    let base_url = company.raw().client().base_url();
    let (problem, hint) = if saved.company.id != company.id() {
        let problem = format!("the plan is of {}", saved.company);
        (problem, "choose that company")
    } else if saved.base_url != base_url {
        let service = &saved.base_url;
        let problem = format!("the plan is of the service {service}, not of {base_url}");
        (problem, "choose that service")
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Conflict, problem).with_hint(hint))
}

impl fmt::Debug for ApplySavedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplySavedPlan")
            .field("company", &self.company)
            .field("file", &self.saved.file.name)
            .finish_non_exhaustive()
    }
}

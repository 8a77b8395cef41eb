//! Applying a saved plan.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keepnet_staff_list::Sheet;

use super::apply_plan::verified;
use super::close_import::close_earlier;
use crate::error::of_sheet;
use crate::import::{LongRunningOperation, Reporter, TicketFile, TicketFolder};
use crate::sync::plan::{ListColumns, PlanRequest, SyncPlan, make_plan};
use crate::sync::saved_plan::SavedPlan;
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Prepares to apply a saved plan of this company.
    pub fn apply_saved_plan(&self, plan: SavedPlan) -> ApplySavedPlan {
        ApplySavedPlan {
            company: self.clone(),
            saved: plan,
            file: None,
            tickets: None,
        }
    }
}

/// A saved plan, made by [`Company::apply_saved_plan`].
#[must_use = "nothing happens until the plan is made again and applied"]
pub struct ApplySavedPlan {
    company: Company,
    saved: SavedPlan,
    file: Option<PathBuf>,
    tickets: Option<TicketFolder>,
}

impl ApplySavedPlan {
    /// Where the list is now. Default: the path in the plan.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ApplySavedPlan {
        self.file = Some(path.into());
        self
    }

    /// As [`SyncUsers::ticket`](crate::SyncUsers::ticket).
    pub fn ticket(mut self, folder: &TicketFolder) -> ApplySavedPlan {
        self.tickets = Some(folder.clone());
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
            if let Some(tickets) = &self.tickets {
                close_earlier(&self.company, tickets, &reporter).await?;
            }
            let saved = &self.saved;
            let fresh = plan_again(&self.company, saved, self.file, self.tickets, &reporter);
            verified(saved, fresh.await?)
        })
    }
}

/// Makes the plan again: for the same list, mapping and settings.
pub(super) async fn plan_again(
    company: &Company,
    saved: &SavedPlan,
    file: Option<PathBuf>,
    tickets: Option<TicketFolder>,
    reporter: &Reporter,
) -> Result<SyncPlan> {
    ensure_same_company(company, saved)?;
    let path = file.or_else(|| saved.file.path.clone()).ok_or_else(|| {
        let problem = format!("the plan does not say where {} is", saved.file.name);
        Error::new(ErrorKind::Invalid, problem).with_hint("give its current path")
    })?;
    let described = saved.file.clone();
    let opened = tokio::task::spawn_blocking(move || open(&path, &described)).await;
    let sheet = opened.unwrap_or_else(|error| {
        let problem = "the reading of the list was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })?;
    let request = PlanRequest {
        company: company.clone(),
        sheet: Arc::new(sheet),
        columns: ListColumns::As(saved.mapping.clone()),
        options: saved.options.clone(),
        strict: false,
        tickets,
    };
    let mut plan = make_plan(request, reporter).await?;
    // The list is that of the plan, wherever it is now.
    plan.file = saved.file.clone();
    Ok(plan)
}

/// Opens the list, and refuses another content than that of the plan.
fn open(path: &Path, file: &TicketFile) -> Result<Sheet> {
    let mut options = Sheet::options();
    if let Some(worksheet) = &file.worksheet {
        options = options.worksheet(worksheet);
    }
    if let Some(row) = file.header_row {
        options = options.header_row(row);
    }
    if let Some(encoding) = file.encoding.as_deref().and_then(|name| name.parse().ok()) {
        options = options.encoding(encoding);
    }
    let sheet = options.open(path).map_err(of_sheet)?;
    if sheet.sha256().map_err(of_sheet)? == file.sha256 {
        return Ok(sheet);
    }
    let problem = format!("{} is not the list of the plan", path.display());
    Err(Error::new(ErrorKind::Conflict, problem)
        .with_hint("give the unchanged list, or make a new plan"))
}

fn ensure_same_company(company: &Company, saved: &SavedPlan) -> Result<()> {
    let base_url = company.raw().client().base_url();
    let problem = if saved.company.id != company.id() {
        format!("the plan is of {}", saved.company)
    } else if saved.base_url != base_url {
        format!(
            "the plan is of the service {}, not of {base_url}",
            saved.base_url
        )
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Conflict, problem))
}

impl fmt::Debug for ApplySavedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplySavedPlan")
            .field("company", &self.company)
            .field("file", &self.saved.file.name)
            .finish_non_exhaustive()
    }
}

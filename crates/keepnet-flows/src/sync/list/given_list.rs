//! The staff list of a saved plan, which may be at another place now.

use std::path::PathBuf;
use std::sync::Arc;

use keepnet_staff_list::Sheet;

use crate::error::of_sheet;
use crate::import::TicketFile;
use crate::{Error, ErrorKind, Result};

/// Where the list of a saved plan is.
#[derive(Clone, Default)]
pub(crate) enum GivenList {
    /// At the path in the plan.
    #[default]
    OfPlan,
    AtPath(PathBuf),
    Opened(Arc<Sheet>),
}

impl GivenList {
    /// Opens the list, and refuses another content than that of the plan, or another way to read it.
    pub(crate) async fn open(self, file: &TicketFile) -> Result<Arc<Sheet>> {
        let file = file.clone();
        let opened = tokio::task::spawn_blocking(move || self.open_now(&file)).await;
        opened.unwrap_or_else(|error| {
            let problem = "the reading of the list was interrupted";
            Err(Error::new(ErrorKind::Io, problem).with_source(error))
        })
    }

    fn open_now(self, file: &TicketFile) -> Result<Arc<Sheet>> {
        let path = match &self {
            GivenList::OfPlan => file.path.clone(),
            GivenList::AtPath(path) => Some(path.clone()),
            GivenList::Opened(_) => None,
        };
        let name = path.as_ref().map(|it| it.display().to_string());
        let name = name.unwrap_or_else(|| file.name.clone());
        let sheet = match (self, path) {
            (GivenList::Opened(sheet), _) => sheet,
            (_, Some(path)) => {
                let opened = file.sheet_options().open(path);
                Arc::new(opened.map_err(of_sheet)?)
            }
            (_, None) => {
                let problem = format!("the plan does not say where {name} is");
                return Err(Error::new(ErrorKind::Invalid, problem)
                    .with_hint("give the list, or its current path"));
            }
        };
        if sheet.sha256() != file.sha256 {
            let problem = format!("{name} is not the list of the plan");
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("give the unchanged list, or make a new plan"));
        }
        if !file.is_read_by(&sheet) {
            let problem = format!(
                "{name} is read with another worksheet, row of headers or encoding than for the plan"
            );
            return Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("open it with the options in the plan"));
        }
        Ok(sheet)
    }
}

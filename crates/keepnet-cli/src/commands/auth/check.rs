//! `auth check`: signs in, and shows the account.

use super::account::SignedIn;
use crate::config::{Context, GlobalOptions};
use crate::exit::{ExitStatus, Result};
use crate::ui;

pub(super) async fn run(global: &GlobalOptions) -> Result {
    let context = Context::new(global).await?;
    let account = SignedIn::of(&context).await?;
    ui::stdout(global.output).record(&account)?;
    Ok(ExitStatus::Done)
}

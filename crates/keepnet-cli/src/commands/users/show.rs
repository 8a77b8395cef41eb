//! `users show`: users, found by their e-mail addresses.

use clap::Args;

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::text::filled;
use crate::ui::{self, print_message};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The e-mail addresses
    #[arg(value_name = "EMAIL", value_parser = filled, required = true)]
    emails: Vec<String>,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let company = Context::new(global).await?.company().await?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (number, email) in (1..).zip(&arguments.emails) {
        let mut user = company.users().find(email).await;
        // Whoever was deleted and added again is the one who was added.
        if matches!(user, Ok(None)) {
            user = company.users().deleted().find(email).await;
        }
        match user.map_err(CliError::from_argument)? {
            Some(user) => found.push(user),
            None => missing.push(number),
        }
    }
    if found.is_empty() {
        let problem = format!("{company} has no user with this e-mail address");
        return Err(CliError::usage(problem).with_hint("users list --search finds parts of names"));
    }
    let outcome = Outcome::of_rows(missing.is_empty());
    ui::stdout(global.output).records(&found, outcome)?;
    for number in &missing {
        print_message(&format!("address {number}: nobody has this e-mail address"));
    }
    Ok(outcome.status())
}

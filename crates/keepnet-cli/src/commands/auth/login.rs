//! `auth login`: signs in, and stores the credentials.

use clap::Args;

use super::account::SignedIn;
use crate::config::{
    Context, GlobalOptions, ResolvedSettings, Source, StoredProfile, read_secret_argument,
};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui::{self, print_message};

const AFTER_HELP: &str = "\
Examples:
  keepnet auth login
  keepnet auth login --profile acme --company 'Acme LLC'
  pass show keepnet | keepnet auth login --client-id acme-reseller --secret-file -

The profile is that of --profile or KEEPNET_PROFILE, or else the default one. The secret is typed
unseen, or read from --secret-file. It is stored in a file beside the configuration file that only
you can read. A profile can also run a command that prints its secret:
secret = { command = [\"pass\", \"show\", \"keepnet\"] }.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The id of the REST API client [default: KEEPNET_CLIENT_ID, or else asked for]
    #[arg(long, value_name = "ID", value_parser = filled)]
    client_id: Option<String>,
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let profile = StoredProfile::read(global.profile.as_deref())?;
    // A profile whose secret is elsewhere is refused before a question.
    profile.secret_file()?;
    let current = match profile.exists() {
        true => Some(ResolvedSettings::of_profile(global, &profile.name)?),
        false => None,
    };
    if profile.exists() && (global.company.is_some() || global.base_url.is_some()) {
        let name = &profile.name;
        let problem = format!("the profile {name} exists; only its secret can be replaced");
        return Err(CliError::usage(problem)
            .with_hint("omit --company and --base-url, or choose another name with --profile"));
    }
    let known_id = current.as_ref().and_then(|it| it.client_id.clone());
    if let (Some(known), Some(given)) = (&known_id, &arguments.client_id)
        && known.value != *given
    {
        let (name, known) = (&profile.name, &known.value);
        let problem = format!("the profile {name} has the client id {known}");
        return Err(CliError::usage(problem).with_hint("choose another name with --profile"));
    }
    let client_id = match (&arguments.client_id, known_id) {
        (Some(given), _) => given.clone(),
        (None, Some(known)) => known.value,
        (None, None) => client_id_of_environment_or_answer().await?,
    };
    let secret = match &global.secret_file {
        Some(path) => read_secret_argument(path)?,
        None => answer_to("client secret", "--secret-file FILE", true).await?,
    };
    let context = Context::with_credentials(global, &client_id, &secret, current.as_ref())?;
    let account = SignedIn::of(&context).await?;
    if context.company.is_some() {
        context.company().await?;
    }
    let mut settings = vec![("client_id", client_id.as_str())];
    let base_url = ResolvedSettings::base_url_of_arguments(global)?;
    if base_url.source != Source::Default {
        settings.push(("base_url", base_url.value.as_str()));
    }
    settings.extend(global.company.as_deref().map(|it| ("company", it)));
    let is_default = profile.store(&settings, &secret)?;
    ui::stdout(global.output).record(&account)?;
    let (name, path) = (&profile.name, profile.path.display());
    let default = match is_default {
        true => ", which commands without --profile use from now on",
        false => "",
    };
    print_message(&format!(
        "note: the credentials are stored in the profile {name} of {path}{default}"
    ));
    Ok(ExitStatus::Done)
}

async fn client_id_of_environment_or_answer() -> Result<String> {
    match ResolvedSettings::client_id_of_environment()? {
        Some(id) => Ok(id),
        None => answer_to("client id", "--client-id ID", false).await,
    }
}

/// Asks for a text; the option gives it where nobody can be asked.
async fn answer_to(question: &str, option: &str, is_secret: bool) -> Result<String> {
    if !ui::is_interactive() {
        let problem = format!("the {question} is not given, and no question can be asked");
        return Err(CliError::usage(problem).with_hint(format!("add {option}")));
    }
    let answer = match is_secret {
        true => ui::ask_secret(question).await?,
        false => ui::ask(question).await?,
    };
    match answer.is_empty() {
        true => Err(CliError::failed(format!(
            "no {question} was typed; nothing is stored"
        ))),
        false => Ok(answer),
    }
}

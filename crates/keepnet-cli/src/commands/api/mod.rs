//! `api`: any operation, with the credentials, the scope and the retries of the other commands.

mod body;
mod form;
mod list;
mod operation;
mod response;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use http::Method;
use keepnet_client::{Call, Error, Form, Operation, RawResponse, Safety, Scope, ScopedClient};

use crate::commands::ordinary_file::{ensure_ordinary_file, ensure_replaceable};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::ui::{self, Format};
pub(super) use list::ListedOperation;

use body::BodySource;
use form::FormField;

const AFTER_HELP: &str = "\
Examples:
  keepnet api list --search groups
  keepnet api GET /api/companies/my
  keepnet --company 'Acme LLC' api GET /api/jobs
  keepnet api POST /api/companies/search --data @search.json
  keepnet --company 'Acme LLC' api POST /api/target-users/upload --form File=@staff.xlsx
  keepnet --company 'Acme LLC' api DELETE /api/target-groups/9rKv2mXw7QpL --yes

Without --company, an operation that only reads is called for the reseller as a whole. One that may
change something needs --reseller-wide for that.

The response is printed to standard output, also if the service refuses the call. JSON is indented,
except with --output ndjson.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_name = "METHOD", required = true)]
    method: Option<String>,
    /// The path with its query, such as /api/companies/my
    #[arg(value_name = "PATH", required = true)]
    path: Option<String>,
    /// The request body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", allow_hyphen_values = true)]
    data: Option<BodySource>,
    /// Set a field of the form to a text, or to the file after the @; repeat it for each field
    #[arg(long, value_name = "NAME=VALUE|NAME=@FILE", conflicts_with = "data")]
    form: Vec<FormField>,
    /// Save the response of a successful call in this file
    #[arg(short = 'o', value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    /// Delete without asking
    #[arg(long)]
    yes: bool,
    /// Call without a customer; what is changed belongs to the reseller's own company
    #[arg(long, conflicts_with = "company")]
    reseller_wide: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the operations of the API, with the fields of their requests
    List(list::Arguments),
}

pub(super) async fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    if let Some(Command::List(arguments)) = &arguments.command {
        return list::run(global, arguments);
    }
    if global.output == Format::Csv {
        return Err(
            CliError::usage("--output csv is not possible: a response has no columns")
                .with_hint("use --output json or ndjson"),
        );
    }
    let (Some(method), Some(path)) = (&arguments.method, &arguments.path) else {
        return Err(CliError::usage("the method and the path are not given"));
    };
    // Mistakes in the arguments are reported before any request.
    let operation = operation::find(method, path)?;
    let body = Body::of(arguments, operation).await?;
    let is_file = |path: &&PathBuf| path.as_path() != Path::new("-");
    if let Some(file) = arguments.file.as_ref().filter(is_file) {
        ensure_ordinary_file(file)?;
        ensure_replaceable(file, arguments.force)?;
    }
    let is_asked = operation.method == Method::DELETE && !arguments.yes;
    ui::ensure_confirmable(!is_asked, "deleting", "add --yes to delete without asking")?;
    let context = Context::new(global).await?;
    let is_scoped = context.company.is_some() && !arguments.reseller_wide;
    if !is_scoped && !arguments.reseller_wide && operation.safety != Safety::Read {
        let problem = format!(
            "{} may change something, and no customer is given",
            operation.id
        );
        return Err(CliError::usage(problem).with_hint(
            "give one with --company NAME|ID, or --reseller-wide to work on the reseller's own \
             company",
        ));
    }
    let (call, action, company) = if is_scoped {
        let company = context.company().await?;
        let call = body.call(company.raw(), operation, path);
        let name = format!("{} ({})", company.name(), company.id());
        (call, operation.id.to_owned(), name)
    } else {
        let client = context.reseller().await?.raw().reseller_wide();
        let call = body.call(&client, operation, path);
        let name = "the reseller's own company".to_owned();
        (call, format!("{} (reseller-wide)", operation.id), name)
    };
    if is_asked {
        let question = format!("{} {path}: delete it in {company}?", operation.method);
        ui::require_confirmation(&question).await?;
    }
    let with_action = |error: Error| error.with_action(action.clone());
    let mut response = call.await.map_err(with_action)?;
    let file = arguments.file.as_deref();
    response::deliver(&mut response, operation, file, global.output).await?;
    response.check().map_err(with_action)?;
    Ok(ExitStatus::Done)
}

/// What the call carries.
enum Body {
    None,
    Json(String),
    Form(Form),
}

impl Body {
    /// Reads the body that the arguments name, and refuses a kind that the operation does not take.
    async fn of(arguments: &Arguments, operation: &Operation) -> Result<Body> {
        let takes_form = operation::takes_form(operation);
        let Operation { method, path, .. } = operation;
        if takes_form && arguments.form.is_empty() {
            return Err(CliError::usage(format!("{method} {path} takes a form"))
                .with_hint("give its fields with --form NAME=VALUE or --form NAME=@FILE"));
        }
        if takes_form {
            return form::build(&arguments.form).await.map(Body::Form);
        }
        if !arguments.form.is_empty() {
            return Err(CliError::usage(format!("{method} {path} takes no form"))
                .with_hint("give a JSON body with --data"));
        }
        let json = arguments.data.as_ref().map(body::read).transpose()?;
        Ok(json.map_or(Body::None, Body::Json))
    }

    fn call<S: Scope>(
        self,
        client: &ScopedClient<S>,
        operation: &'static Operation,
        path: &str,
    ) -> Call<RawResponse> {
        match self {
            Body::None => client.call(operation, path, None),
            Body::Json(json) => client.call(operation, path, Some(json)),
            Body::Form(form) => client.call_with_form(operation, path, form),
        }
    }
}

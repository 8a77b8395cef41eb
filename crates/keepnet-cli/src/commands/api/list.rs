//! `api list`: the operations of the API, with the fields of their requests.

use clap::Args;
use keepnet_client::{OPERATIONS, Operation, Safety};
use keepnet_sandbox::{FieldPlace, RequestField, request_fields};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::listing::ListOptions;
use crate::config::GlobalOptions;
use crate::exit::Result;
use crate::text::filled;
use crate::ui::{Column, Record};

const AFTER_HELP: &str = "\
Examples:
  keepnet api list --search 'target-groups users'
  keepnet api list --search upload --columns name,fields
  keepnet api list --output json

A field with * is required. The fields of a schema inside a field are not listed.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Only operations with all these words in the name, the method, the path or the area
    #[arg(long, value_name = "WORDS", value_parser = filled)]
    search: Option<String>,
    #[command(flatten)]
    options: ListOptions,
}

pub(super) fn run(global: &GlobalOptions, arguments: &Arguments) -> Result {
    let search = arguments
        .search
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let operations = OPERATIONS.iter().filter(|operation| {
        let Operation {
            id,
            method,
            path,
            area,
            ..
        } = operation;
        let text = format!("{id} {method} {path} {area}").to_lowercase();
        words.iter().all(|word| text.contains(word))
    });
    let operations = operations.map(ListedOperation::of);
    arguments.options.print(global.output, operations.collect())
}

/// An operation of the API.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ListedOperation {
    /// Its name.
    name: &'static str,
    /// The HTTP method.
    method: &'static str,
    /// The path, with placeholders.
    path: &'static str,
    /// The fields of its request.
    fields: Vec<Field>,
    /// The area of the API that it belongs to.
    area: &'static str,
    /// `read` changes nothing, `idempotent` may be sent again, `once` may act each time.
    safety: &'static str,
}

/// A field of a request.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationField")]
struct Field {
    /// Its name.
    name: String,
    /// `path`, `query`, `body` or `form`.
    place: &'static str,
    /// Its type in JSON.
    kind: String,
    /// Whether it is required.
    required: bool,
}

impl ListedOperation {
    fn of(operation: &Operation) -> ListedOperation {
        let fields = request_fields(operation.method, operation.path);
        ListedOperation {
            name: operation.id,
            method: operation.method,
            path: operation.path,
            fields: fields.into_iter().flatten().map(Field::from).collect(),
            area: operation.area,
            safety: match operation.safety {
                Safety::Read => "read",
                Safety::Idempotent => "idempotent",
                Safety::Once => "once",
            },
        }
    }
}

impl From<RequestField> for Field {
    fn from(field: RequestField) -> Field {
        Field {
            place: match field.place {
                FieldPlace::Path => "path",
                FieldPlace::Query => "query",
                FieldPlace::Form => "form",
                _ => "body",
            },
            name: field.name,
            kind: field.kind,
            required: field.is_required,
        }
    }
}

impl Record for ListedOperation {
    const COLUMNS: &'static [Column] = &[
        Column::whole("name"),
        Column::whole("method"),
        Column::name("path"),
        Column::text("fields"),
        Column::whole("area"),
        Column::whole("safety"),
    ];
    const TABLE_COLUMNS: usize = 4;
    const UNSORTED: &'static [&'static str] = &["fields"];
    const NONE: &'static str = "no operations match";

    fn cells(&self) -> Vec<String> {
        // The path shows its placeholders.
        let fields = self.fields.iter().filter(|field| field.place != "path");
        let fields = fields.map(|field| {
            let mark = if field.required { "*" } else { "" };
            format!("{}{mark}", field.name)
        });
        let fields = fields.collect::<Vec<_>>().join(" ");
        let (name, method, path) = (self.name, self.method, self.path);
        let cells = [name, method, path, &fields, self.area, self.safety];
        cells.map(str::to_owned).into()
    }
}

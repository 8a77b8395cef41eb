//! The form that `--form` describes, field by field.

use std::path::PathBuf;
use std::str::FromStr;

use keepnet_client::{FilePart, Form};

use crate::exit::{CliError, Result};

/// A field of a form: `NAME=VALUE` for a text, `NAME=@FILE` for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormField {
    name: String,
    value: FieldValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldValue {
    Text(String),
    File(PathBuf),
}

impl FromStr for FormField {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<FormField, &'static str> {
        let named = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = named.ok_or("write NAME=VALUE, or NAME=@FILE to send a file")?;
        let value = match value.strip_prefix('@') {
            Some("") => return Err("the name of the file is missing after the @"),
            // The second sign says that the first one begins a text.
            Some(text) if text.starts_with('@') => FieldValue::Text(text.to_owned()),
            Some(path) => FieldValue::File(path.into()),
            None => FieldValue::Text(value.to_owned()),
        };
        let name = name.to_owned();
        Ok(FormField { name, value })
    }
}

/// Makes the form; its files are opened now, and read from the disk when they are sent.
pub(super) async fn build(fields: &[FormField]) -> Result<Form> {
    let mut form = Form::new();
    for FormField { name, value } in fields {
        form = match value {
            FieldValue::Text(text) => form.text(name, text),
            FieldValue::File(path) => {
                let file = FilePart::open(path).await.map_err(|error| {
                    let problem = format!("{}: cannot be read", path.display());
                    CliError::usage(problem).with_source(error)
                })?;
                form.file(name, file)
            }
        };
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_a_text_or_a_file() {
        let check = |text: &str, expected: Result<(&str, FieldValue), &'static str>| {
            let expected = expected.map(|(name, value)| FormField {
                name: name.to_owned(),
                value,
            });
            assert_eq!(text.parse(), expected, "{text}");
        };
        let text = |value: &str| FieldValue::Text(value.to_owned());
        check("Name=Acme LLC", Ok(("Name", text("Acme LLC"))));
        check(
            "Url=https://a.example/?x=1",
            Ok(("Url", text("https://a.example/?x=1"))),
        );
        check("Name=", Ok(("Name", text(""))));
        check(
            "File=@a.csv",
            Ok(("File", FieldValue::File("a.csv".into()))),
        );
        check("Handle=@@acme", Ok(("Handle", text("@acme"))));
        check("File=@", Err("the name of the file is missing after the @"));
        for wrong in ["", "File", "=x"] {
            check(wrong, Err("write NAME=VALUE, or NAME=@FILE to send a file"));
        }
    }
}

//! Checks that several request bodies share.

use crate::http::{ApiError, JsonObject};

/// The longest name of a group or a custom field.
const MAX_NAME_LENGTH: usize = 64;

/// Collects the problems of a body, which a 400 then lists.
pub(super) struct BodyValidator<'a> {
    body: JsonObject<'a>,
    problems: Vec<String>,
}

impl<'a> BodyValidator<'a> {
    pub(super) fn new(body: JsonObject<'a>) -> Self {
        Self {
            body,
            problems: Vec::new(),
        }
    }

    pub(super) fn add_problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// A text of 1 to `max_length` characters.
    pub(super) fn required_text(
        &mut self,
        name: &str,
        max_length: usize,
    ) -> Result<String, ApiError> {
        let text = self.body.text_or_empty(name)?;
        if text.is_empty() || text.chars().count() > max_length {
            self.add_problem(format!("{name} must have 1 to {max_length} characters"));
        }
        Ok(text.to_owned())
    }

    /// A text of at most `max_length` characters; `None` if it is absent or null.
    pub(super) fn optional_text(
        &mut self,
        name: &str,
        max_length: usize,
    ) -> Result<Option<&'a str>, ApiError> {
        let text = self.body.text(name)?;
        self.check_length(name, text.unwrap_or_default(), max_length);
        Ok(text)
    }

    pub(super) fn check_length(&mut self, name: &str, text: &str, max_length: usize) {
        if text.chars().count() > max_length {
            self.add_problem(format!(
                "{name} must not be longer than {max_length} characters"
            ));
        }
    }

    /// Returns 400 if there are problems.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::validation(self.problems))
        }
    }
}

/// The `name` of a group or a custom field, without surrounding space.
pub(super) fn parse_name(body: JsonObject<'_>) -> Result<String, ApiError> {
    let name = body.text_or_empty("name")?.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_LENGTH {
        return Err(ApiError::input(format!(
            "name must have 1 to {MAX_NAME_LENGTH} characters"
        )));
    }
    Ok(name.to_owned())
}

//! The errors that stop a document from becoming a contract.

use thiserror::Error;

/// The reason why a document does not become a contract: one line that names the place and the
/// decision that a maintainer has to take.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The text is not JSON, even after the known repairs.
    #[error(
        "the document is not JSON at line {}, column {}; no known repair applies",
        .0.line(), .0.column()
    )]
    NotJson(#[from] serde_json::Error),
    /// A file of this workspace, such as `names.lock`, is not valid.
    #[error("{file} is not valid: {message}")]
    InvalidFile {
        /// The name of the file.
        file: &'static str,
        /// The problem with it.
        message: String,
    },
    /// The document needs a decision that is still missing, or it contradicts one.
    #[error("{place}: {problem}")]
    Undecided {
        /// The operation, schema or tag.
        place: String,
        /// The problem, and the file in which to decide.
        problem: String,
    },
    /// The document has several problems of these kinds.
    #[error("{}", lines(.0))]
    Several(Vec<SpecError>),
    /// The contract could not be turned into bindings.
    #[error("{place}: the bindings generator refused it: {problem}")]
    Generator {
        /// The generated item.
        place: String,
        /// The error of the generator.
        problem: String,
    },
}

/// A line for each error.
fn lines(errors: &[SpecError]) -> String {
    let lines = errors.iter().map(SpecError::to_string);
    lines.collect::<Vec<_>>().join("\n")
}

impl SpecError {
    /// One error for several; none is a success.
    pub(crate) fn of_all(mut errors: Vec<SpecError>) -> Result<(), SpecError> {
        match (errors.pop(), errors.is_empty()) {
            (None, _) => Ok(()),
            (Some(only), true) => Err(only),
            (Some(last), false) => {
                errors.push(last);
                Err(SpecError::Several(errors))
            }
        }
    }

    pub(crate) fn at(place: impl Into<String>, problem: impl Into<String>) -> Self {
        SpecError::Undecided {
            place: place.into(),
            problem: problem.into(),
        }
    }

    #[cfg(feature = "generate")]
    pub(crate) fn generator(place: impl Into<String>, problem: impl ToString) -> Self {
        SpecError::Generator {
            place: place.into(),
            problem: problem.to_string(),
        }
    }
}

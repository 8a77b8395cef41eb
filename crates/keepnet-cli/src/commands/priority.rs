//! `--priority`, with the values that a shell completes.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};
use keepnet_flows::Priority;

/// Parses a priority without regard to case, spaces and dashes.
#[derive(Clone)]
pub(super) struct PriorityParser;

const PRIORITIES: [&str; 5] = ["VeryLow", "Low", "Medium", "High", "VeryHigh"];

impl TypedValueParser for PriorityParser {
    type Value = Priority;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Priority, Error> {
        let parsed = value.to_str().and_then(|value| value.parse().ok());
        parsed.ok_or_else(|| {
            // The error of the parser of these values lists them.
            let refused = PossibleValuesParser::new(PRIORITIES).parse_ref(command, argument, value);
            match refused {
                Err(error) => error,
                Ok(_) => Error::new(clap::error::ErrorKind::InvalidValue).with_cmd(command),
            }
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(PRIORITIES.into_iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_a_priority() {
        for name in PRIORITIES {
            let priority: Priority = name.parse().unwrap();
            assert_eq!(priority.to_string(), name);
        }
    }
}

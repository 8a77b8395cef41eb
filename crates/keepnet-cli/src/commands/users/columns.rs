//! What becomes of the columns of a staff list, as lines, and the guesses among them.

use keepnet_flows::Mapping;
use keepnet_flows::staff_list::MappedColumn;

use crate::exit::{CliError, Result};

/// One line for each column: the field that it fills, or that it is not used, and why. The mapping by
/// the headers alone says why a column is not used.
pub(super) fn column_lines(mapping: &Mapping, by_headers: Option<&Mapping>) -> Vec<String> {
    let used = mapping.columns().iter().map(|column| {
        let (letter, header, field) = (column.letter(), column.column(), column.field());
        let guess = if column.is_guess() { " (a guess)" } else { "" };
        format!("  column {letter} \"{header}\" -> {field}{guess}")
    });
    let unused = mapping.unmapped().iter().map(|header| {
        let replacement = by_headers.and_then(|by_headers| {
            let columns = by_headers.columns();
            let own = columns.iter().find(|it| it.column() == header)?;
            mapping.column_of(own.field())
        });
        match replacement {
            Some(column) => format!(
                "  column \"{header}\" is not used: {} is filled from column {} \"{}\"",
                column.field(),
                column.letter(),
                column.column()
            ),
            None => format!("  column \"{header}\" is not used"),
        }
    });
    used.chain(unused).collect()
}

/// Fails if a column is guessed, because nobody is asked to confirm it.
pub(super) fn refuse_guesses(mapping: &Mapping) -> Result<()> {
    let columns = mapping.columns().iter();
    let guesses: Vec<&MappedColumn> = columns.filter(|column| column.is_guess()).collect();
    if guesses.is_empty() {
        return Ok(());
    }
    let named = guesses.iter().map(|it| {
        let (letter, header, field) = (it.letter(), it.column(), it.field());
        format!("column {letter} \"{header}\" as {field}")
    });
    let accepted = guesses
        .iter()
        .map(|it| format!("--map '{}={}'", it.letter(), it.field()));
    let named: Vec<_> = named.collect();
    let accepted: Vec<_> = accepted.collect();
    Err(CliError::usage(format!(
        "--yes does not accept a guess: {}",
        named.join(", ")
    ))
    .with_hint(format!("if this is right, add {}", accepted.join(" "))))
}

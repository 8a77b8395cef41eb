//! Lists of problems that are short enough for a terminal.

use crate::text::counted;

/// The number of problems that a table shows; the other formats contain all of them.
const SHOWN: usize = 20;

/// One line for each of the first problems, and one that counts the rest of `total`.
pub(crate) fn problem_lines<T: ToString>(
    problems: impl IntoIterator<Item = T>,
    total: u64,
) -> Vec<String> {
    let mut lines: Vec<_> = problems
        .into_iter()
        .take(SHOWN)
        .map(|problem| problem.to_string())
        .collect();
    let hidden = total.saturating_sub(SHOWN as u64);
    if hidden > 0 {
        let hidden = counted(hidden, "more problem", "more problems");
        lines.push(format!("and {hidden}; --output csv lists them"));
    }
    lines
}

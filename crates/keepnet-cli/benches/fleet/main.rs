//! What one run for 1,000 customers of 1,000 people costs: requests, memory and time, beside a shell
//! loop of single runs; and what becomes of the others when four customers go wrong.
//!
//! `cargo bench -p keepnet-cli --bench fleet`. Other numbers of customers and of people may follow `--`,
//! and `unchanged` or `changed` for one of the two cases. Each program has a process of its own. The
//! loop runs for at most 50 customers. The tests of the crate run the same cases with a few people.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

mod cases;
mod customers;
mod program;

use cases::{Size, check_changed, check_unchanged};
use program::Outcome;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().collect();
    let numbers = arguments
        .iter()
        .filter_map(|argument| argument.parse().ok());
    let numbers: Vec<usize> = numbers.collect();
    let size = Size {
        customers: numbers.first().copied().unwrap_or(1_000),
        people: numbers.get(1).copied().unwrap_or(1_000),
        in_loop: 50,
        customer_timeout: None,
    };
    let is_chosen = |case: &str| arguments.iter().any(|argument| argument == case);
    let runs_all = !is_chosen("unchanged") && !is_chosen("changed");
    if runs_all || is_chosen("unchanged") {
        print!("{}", check_unchanged(&size)?);
    }
    if runs_all || is_chosen("changed") {
        print!("{}", check_changed(&size)?);
    }
    Ok(())
}

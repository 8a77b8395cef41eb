//! The terminal: results on standard output; progress, messages and questions on standard error.

mod format;
mod json;
mod message;
mod output;
mod problems;
mod progress;
mod prompt;
mod request_log;
mod table;
mod terminal_safe;

pub(crate) use format::Format;
pub(crate) use json::print_json;
pub(crate) use message::{print_error, print_message};
pub(crate) use output::{
    Document, List, ListDocument, Record, Stdout, ignore_closed_pipe, plain_text, stdout,
};
pub(crate) use problems::problem_lines;
pub(crate) use progress::ProgressDisplay;
pub(crate) use prompt::{confirm, is_interactive};
pub(crate) use request_log::print_requests;
pub(crate) use terminal_safe::terminal_safe_stdout;

//! The terminal: results on standard output; progress, messages and questions on standard error.

mod format;
mod json;
mod many_bars;
mod message;
mod output;
mod problems;
mod progress;
mod prompt;
mod request_log;
mod secret_prompt;
mod settings;
mod terminal_safe;
mod wait_notice;

pub(crate) use format::Format;
pub(crate) use json::print_json;
pub(crate) use many_bars::ManyBars;
pub(crate) use message::{print_answer, print_error, print_message};
pub(crate) use output::{
    Column, Columns, Document, List, ListDocument, Record, Stdout, ignore_closed_pipe, member,
    plain_text, stdout,
};
pub(crate) use problems::problem_lines;
pub(crate) use progress::ProgressDisplay;
pub(crate) use prompt::{confirm, ensure_confirmable, require_confirmation};
pub(crate) use request_log::print_requests;
pub(crate) use secret_prompt::{ask, ask_secret};
pub(crate) use settings::{Color, Settings, has_ascii_terminal, is_interactive};
pub(crate) use terminal_safe::terminal_safe_stdout;
pub(crate) use wait_notice::WaitNotice;

//! `man`: manual pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::{Args, Command};
use clap_mangen::Man;

use crate::exit::{CliError, ExitStatus, Result};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Save the page of each command in this folder
    #[arg(short = 'o', value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, mut program: Command) -> Result {
    program.build();
    match arguments.folder.as_ref().filter(|it| *it != Path::new("-")) {
        None => io::stdout().write_all(&page(&program)?)?,
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|error| not_written(folder, error))?;
            save(&program, folder)?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Saves the page of a command and of its subcommands.
fn save(command: &Command, folder: &Path) -> Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let file = folder.join(format!("{name}.1"));
    fs::write(&file, page(command)?).map_err(|error| not_written(&file, error))?;
    command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .try_for_each(|command| save(command, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let after = command
        .get_after_long_help()
        .or(command.get_after_help())
        .map(ToString::to_string);
    let mut shown = command
        .clone()
        .after_help(Resettable::Reset)
        .after_long_help(Resettable::Reset);
    if shown.find_subcommand("help").is_some() {
        // It has no page.
        shown = shown.mut_subcommand("help", |help| help.hide(true));
    }
    Man::new(shown).render(&mut page)?;
    page.extend(sections(&after.unwrap_or_default()).into_bytes());
    Ok(page)
}

/// The text after the options as sections: those of the headings, whose lines are not filled because they
/// are tables and commands, and one of the paragraphs.
fn sections(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_table = |index: usize| lines.get(index).is_some_and(|line| line.starts_with("  "));
    let mut page = String::new();
    let mut has_notes = false;
    for (index, line) in lines.iter().enumerate() {
        let heading = line.strip_suffix(':').filter(|_| is_table(index + 1));
        let text = line.replace('\\', "\\e").replace('-', "\\-");
        if let Some(heading) = heading.filter(|_| !is_table(index)) {
            page.push_str(&format!(".SH \"{}\"\n", heading.to_uppercase()));
        } else if is_table(index) {
            let start = if index > 0 && is_table(index - 1) {
                ""
            } else {
                ".nf\n"
            };
            let end = if is_table(index + 1) { "" } else { ".fi\n" };
            page.push_str(&format!("{start}{text}\n{end}"));
        } else if text.is_empty() {
            if has_notes {
                page.push_str(".PP\n");
            }
        } else {
            if !has_notes {
                page.push_str(".SH NOTES\n");
                has_notes = true;
            }
            // A dot or an apostrophe at the start of a line is a request of roff.
            let mark = if text.starts_with(['.', '\'']) {
                "\\&"
            } else {
                ""
            };
            page.push_str(&format!("{mark}{text}\n"));
        }
    }
    page
}

fn not_written(path: &Path, error: io::Error) -> CliError {
    CliError::about_file(ExitStatus::Failed, path, "cannot be written").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_keep_their_lines() {
        let text = "Environment:\n  A  first\n  B  second\n\nExit codes:\n  0 done\n\n\
            It prints:\n.x = 1\n\nTry it: keepnet";
        let expected = ".SH \"ENVIRONMENT\"\n.nf\n  A  first\n  B  second\n.fi\n\
            .SH \"EXIT CODES\"\n.nf\n  0 done\n.fi\n\
            .SH NOTES\nIt prints:\n\\&.x = 1\n.PP\nTry it: keepnet\n";
        assert_eq!(sections(text), expected);
    }
}

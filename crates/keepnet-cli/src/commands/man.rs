//! `man`: manual pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

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
    match &arguments.folder {
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
    let after = command.get_after_long_help().or(command.get_after_help());
    let after = after.map(ToString::to_string).unwrap_or_default();
    let man = Man::new(command.clone().after_help("").after_long_help(""));
    man.render(&mut page)?;
    page.extend(sections(&after).into_bytes());
    Ok(page)
}

/// The text after the options as sections, whose lines are not filled: they are tables and commands.
fn sections(text: &str) -> String {
    let mut page = String::new();
    let mut is_verbatim = false;
    for line in text.lines() {
        let heading = line.strip_suffix(':').filter(|it| !it.starts_with(' '));
        let is_table = line.starts_with("  ") && heading.is_none();
        if is_verbatim && !is_table {
            page.push_str(".fi\n");
            is_verbatim = false;
        }
        let text = line.replace('\\', "\\e").replace('-', "\\-");
        match heading {
            Some(heading) => page.push_str(&format!(".SH {}\n", heading.to_uppercase())),
            None if is_table && !is_verbatim => {
                is_verbatim = true;
                page.push_str(&format!(".nf\n{text}\n"));
            }
            None if text.is_empty() => page.push_str(".PP\n"),
            // A dot or an apostrophe at the start of a line is a request of roff.
            None if text.starts_with(['.', '\'']) => page.push_str(&format!("\\&{text}\n")),
            None => page.push_str(&format!("{text}\n")),
        }
    }
    if is_verbatim {
        page.push_str(".fi\n");
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
        let text =
            "Environment:\n  A  first\n  B  second\n\nExit codes:\n  0 done\n\nTry it: keepnet";
        let expected = ".SH ENVIRONMENT\n.nf\n  A  first\n  B  second\n.fi\n.PP\n\
            .SH EXIT CODES\n.nf\n  0 done\n.fi\n.PP\nTry it: keepnet\n";
        assert_eq!(sections(text), expected);
    }
}

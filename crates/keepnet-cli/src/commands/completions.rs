//! `completions`: a script with which a shell completes commands, options and known names.
//!
//! The scripts of `clap_complete` complete what is known when they are made. Its engine that asks the
//! program is an unstable feature, which a minor release may change. So a script asks this command for
//! the names: it reads files of this computer only.

use std::io::{self, Write as _};

use clap::{Arg, Args, Command, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::config::{company_names, profile_names, ticket_ids};
use crate::exit::{ExitStatus, Result};
use crate::ui::ignore_closed_pipe;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL", required = true)]
    shell: Option<Shell>,
    /// Print the names that this computer knows, one on each line
    // An exclusive option is used without the required arguments.
    #[arg(long, value_enum, hide = true, exclusive = true)]
    names: Option<Names>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Names {
    Profiles,
    Companies,
    Tickets,
}

/// The options whose values are names: the kind of the names, and the command where an option of another
/// command has the same name and no value.
const OPTIONS: [(&str, &str, Option<&str>); 7] = [
    ("profile", "profiles", None),
    ("company", "companies", None),
    ("companies", "companies", None),
    ("except", "companies", None),
    ("only", "companies", None),
    ("again", "companies", Some("fleet")),
    ("resume", "tickets", Some("users")),
];

/// The options and arguments of which this computer does not know any value. A shell must not offer files
/// for them.
const UNKNOWN_VALUES: &[&str] = &[
    "base_url",
    "bind",
    "clear",
    "client_id",
    "columns",
    "created_after",
    "created_before",
    "custom",
    "customer",
    "customer_timeout",
    "data",
    "department",
    "dialect",
    "domains",
    "email",
    "emails",
    "encoding",
    "expires_within",
    "fault",
    "first_name",
    "fleet",
    "form",
    "group",
    "header_row",
    "id",
    "key",
    "language",
    "last_name",
    "latency_ms",
    "licence",
    "limit",
    "manager_email",
    "manager_first_name",
    "manager_last_name",
    "map",
    "max_leavers",
    "method",
    "module",
    "month",
    "name",
    "overwrite",
    "pace_ms",
    "page_token",
    "path",
    "phone",
    "port",
    "search",
    "select",
    "sheet",
    "sort",
    "stall_timeout",
    "synced_within",
    "tag",
    "time_zone",
    "updated_after",
    "updated_before",
    "users",
    "who",
    "without_module",
];

/// The program with the kind of each value, as far as a table has it.
pub(crate) fn with_value_hints(program: Command) -> Command {
    let program = program.mut_args(|argument| {
        let is_unknown = UNKNOWN_VALUES.contains(&argument.get_id().as_str());
        match argument.get_value_hint() {
            ValueHint::Unknown if is_unknown && argument.get_action().takes_values() => {
                argument.value_hint(ValueHint::Other)
            }
            _ => argument,
        }
    });
    program.mut_subcommands(with_value_hints)
}

/// Whether a shell offers the right values for an argument.
#[cfg(test)]
pub(crate) fn has_completion(argument: &Arg) -> bool {
    let long = argument.get_long().unwrap_or_default();
    !argument.get_action().takes_values()
        || argument.get_value_hint() != ValueHint::Unknown
        || !argument.get_possible_values().is_empty()
        || OPTIONS.iter().any(|(option, ..)| *option == long)
}

pub(super) fn run(arguments: &Arguments, program: Command) -> Result {
    let text = match (arguments.names, arguments.shell) {
        (Some(Names::Profiles), _) => lines(profile_names()),
        (Some(Names::Companies), _) => lines(company_names()),
        (Some(Names::Tickets), _) => lines(ticket_ids()),
        (None, None) => String::new(),
        (None, Some(shell)) => {
            let mut program = with_value_hints(program);
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut program, "keepnet", &mut script);
            let script = with_names(shell, String::from_utf8_lossy(&script).into_owned());
            match shell {
                Shell::Bash => without_files(&program, "keepnet", script),
                _ => script,
            }
        }
    };
    ignore_closed_pipe(io::stdout().write_all(text.as_bytes()))?;
    Ok(ExitStatus::Done)
}

fn lines(names: Vec<String>) -> String {
    names.into_iter().map(|name| name + "\n").collect()
}

/// The script, which asks for names where an option takes one. A name is never evaluated by the shell.
fn with_names(shell: Shell, script: String) -> String {
    let replaced = |script: String, value_of: &dyn Fn(&str, &str) -> (String, String)| {
        OPTIONS.iter().fold(script, |script, (option, names, _)| {
            let (from, to) = value_of(option, names);
            script.replace(&from, &to)
        })
    };
    match shell {
        Shell::Bash => {
            let files = "COMPREPLY=($(compgen -f \"${cur}\"))";
            let script = replaced(script, &|option, names| {
                let case = |value: &str| format!("--{option})\n                    {value}\n");
                let value = format!("_keepnet_names {names} \"${{cur}}\"");
                (case(files), case(&value))
            });
            BASH.to_owned() + &script
        }
        Shell::Zsh => {
            let lines = script.lines().map(|line| {
                let option = OPTIONS
                    .iter()
                    .find(|(option, ..)| line.contains(&format!("--{option}=[")));
                match (option, line.rsplit_once(":_default'")) {
                    (Some((_, names, _)), Some((start, end))) => {
                        format!("{start}:_keepnet_names {names}'{end}\n")
                    }
                    _ => format!("{line}\n"),
                }
            });
            let script: String = lines.collect();
            script.replacen("#compdef keepnet\n", ZSH, 1)
        }
        Shell::Fish => OPTIONS.iter().fold(script, |script, (option, names, of)| {
            let command = format!("(keepnet completions --names {names} 2>/dev/null)");
            let of = of.map(|of| format!(" -n \"__fish_seen_subcommand_from {of}\""));
            let of = of.unwrap_or_default();
            format!("{script}complete -c keepnet{of} -l {option} -x -a \"{command}\"\n")
        }),
        _ => script,
    }
}

/// The script for bash, which offers files only after a command with a file among its arguments. Without
/// this, bash offers files wherever the script has nothing to offer.
fn without_files(command: &Command, label: &str, script: String) -> String {
    const NO_FILES: &str = "compopt +o bashdefault +o default 2>/dev/null";
    let is_text = |argument: &Arg| argument.get_value_hint() == ValueHint::Other;
    let script = match command.get_positionals().all(is_text) {
        true => script.replacen(
            &format!("        {label})\n            opts="),
            &format!("        {label})\n            {NO_FILES}\n            opts="),
            1,
        ),
        false => script,
    };
    command.get_subcommands().fold(script, |script, command| {
        let name = command.get_name().replace('-', "__");
        without_files(command, &format!("{label}__subcmd__{name}"), script)
    })
}

const BASH: &str = r#"_keepnet_names() {
    local name
    compopt +o bashdefault +o default 2>/dev/null
    COMPREPLY=()
    while IFS= read -r name; do
        if [[ "${name}" == "$2"* ]]; then
            COMPREPLY+=("$(printf '%q' "${name}")")
        fi
    done < <(keepnet completions --names "$1" 2>/dev/null)
}

"#;

const ZSH: &str = r#"#compdef keepnet

_keepnet_names() {
    local -a names
    names=("${(@f)$(keepnet completions --names "$1" 2>/dev/null)}")
    compadd -a names
}
"#;

//! `completions`: a script with which a shell completes commands, options and known names.
//!
//! The scripts of `clap_complete` complete what is known when they are made. Its engine that asks the
//! program is an unstable feature, which a minor release may change. So a script asks this command for
//! the names: it reads files of this computer only.

use std::io::{self, Write as _};

use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;

use crate::config::{company_names, profile_names};
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
}

/// The options whose values are names.
const OPTIONS: [(&str, &str); 2] = [("profile", "profiles"), ("company", "companies")];

pub(super) fn run(arguments: &Arguments, mut program: Command) -> Result {
    let text = match (arguments.names, arguments.shell) {
        (Some(Names::Profiles), _) => lines(profile_names()),
        (Some(Names::Companies), _) => lines(company_names()),
        (None, None) => String::new(),
        (None, Some(shell)) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut program, "keepnet", &mut script);
            with_names(shell, String::from_utf8_lossy(&script).into_owned())
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
        OPTIONS.iter().fold(script, |script, (option, names)| {
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
                    .find(|(option, _)| line.contains(&format!("--{option}=[")));
                match (option, line.rsplit_once(":_default'")) {
                    (Some((_, names)), Some((start, end))) => {
                        format!("{start}:_keepnet_names {names}'{end}\n")
                    }
                    _ => format!("{line}\n"),
                }
            });
            let script: String = lines.collect();
            script.replacen("#compdef keepnet\n", ZSH, 1)
        }
        Shell::Fish => OPTIONS.iter().fold(script, |script, (option, names)| {
            let command = format!("(keepnet completions --names {names} 2>/dev/null)");
            format!("{script}complete -c keepnet -l {option} -x -a \"{command}\"\n")
        }),
        _ => script,
    }
}

const BASH: &str = r#"_keepnet_names() {
    local name
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

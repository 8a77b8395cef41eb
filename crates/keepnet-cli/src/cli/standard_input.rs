//! Which arguments read standard input, and how often it can be read.

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, Error};

use super::ignored_options::{is_one_of, name_of, refusal};

/// The commands, or none for all of them, and the argument that reads standard input for `-`.
const READS: &[(&[&str], &str)] = &[
    (&["users check", "users import", "users sync"], "file"),
    (&["users", "groups"], "from"),
    (&["users import"], "select"),
    (&["api"], "data"),
    (&[], "secret_file"),
];

/// The arguments that do not read standard input, and the value with which somebody would ask for it. In
/// other arguments, such as a name, `-` is a text.
const REFUSED: &[(&str, &str)] = &[
    ("companies", "file:-"),
    ("data", "@-"),
    ("form", "@-"),
    ("file", "-"),
    ("mapping", "-"),
    ("save_mapping", "-"),
    ("apply", "-"),
    ("plan", "-"),
    ("earlier", "-"),
    ("later", "-"),
    ("seed", "-"),
    ("emails", "-"),
    ("who", "-"),
];

/// Refuses a second argument that reads standard input, and one that does not read it.
///
/// # Errors
///
/// The arguments, and what to do.
pub(super) fn check_standard_input(
    command: &Command,
    words: &str,
    matches: &ArgMatches,
    given: &[&Arg],
) -> Result<(), Error> {
    let mut readers: Vec<String> = Vec::new();
    // With `-o -`, the file goes to standard output.
    for argument in given.iter().filter(|it| it.get_short() != Some('o')) {
        let id = argument.get_id().as_str();
        let is_reader = READS.iter().any(|(commands, reader)| {
            *reader == id && (commands.is_empty() || is_one_of(commands, words))
        });
        let refused = REFUSED.iter().filter(|(refused, _)| *refused == id);
        let values = matches.get_raw(id).into_iter().flatten();
        for value in values.filter_map(|value| value.to_str()) {
            if is_reader && value == "-" {
                readers.push(name_of(argument));
                continue;
            }
            let mut refused = refused.clone().map(|(_, input)| *input);
            if refused.any(|input| value == input || value.ends_with(&format!("={input}"))) {
                let name = name_of(argument);
                let problem =
                    format!("{name} does not read standard input, so {value} is no value");
                let hint = match (id, is_one_of(&["users", "groups"], words)) {
                    ("data", _) => "write --data - for standard input",
                    ("emails", true) if words != "users show" => {
                        "write --from - to read addresses from standard input"
                    }
                    ("emails" | "who", _) => "write the e-mail address",
                    _ => "save the text in a file, and name the file",
                };
                return Err(refusal(command, ErrorKind::InvalidValue, &problem, hint));
            }
        }
    }
    if readers.len() < 2 {
        return Ok(());
    }
    let problem = format!(
        "standard input can be read once, and {} both name it",
        readers[..2].join(" and ")
    );
    let hint = "save one of the texts in a file, and name the file";
    Err(refusal(
        command,
        ErrorKind::ArgumentConflict,
        &problem,
        hint,
    ))
}

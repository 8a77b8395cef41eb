//! The name of a file in a request.

use std::path::Path;

use keepnet_flows::{Error, ErrorKind, Result};

const LONGEST: usize = 255;

/// A relative name that can neither leave its place nor carry an e-mail address or a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName(String);

impl FileName {
    pub(super) fn parse(name: &str) -> Result<FileName> {
        let is_plain = |letter: char| letter.is_alphanumeric() || " ._-".contains(letter);
        let is_part = |part: &str| !part.trim_matches('.').is_empty() && part.chars().all(is_plain);
        if name.len() > LONGEST || !name.split('/').all(is_part) {
            // The name is not shown: it may be what must not enter the journal.
            let problem = "the name of the file cannot be used";
            return Err(Error::new(ErrorKind::Invalid, problem).with_hint(
                "give a relative name of letters, digits, spaces, '.', '_', '-' and '/', such as \
                 acme/people.csv",
            ));
        }
        Ok(FileName(name.to_owned()))
    }

    pub(super) fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The name without folders.
    pub(super) fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_stays_in_its_place_and_is_no_address() {
        let long = "a".repeat(LONGEST + 1);
        for (name, is_taken) in [
            ("people.csv", true),
            ("acme/Personel Listesi ğ.xlsx", true),
            ("", false),
            ("/etc/passwd", false),
            ("../people.csv", false),
            ("acme/../../people.csv", false),
            ("acme//people.csv", false),
            ("c:\\people.csv", false),
            ("https://files.example/people.csv", false),
            ("people.csv?signature=1", false),
            ("ada@acme.example.csv", false),
            ("people%2e.csv", false),
            (&long, false),
        ] {
            assert_eq!(FileName::parse(name).is_ok(), is_taken, "{name}");
        }
    }
}

//! The given name and the family name in one cell.

use super::problem::ProblemKind;

/// The given name and the family name of a cell.
///
/// Two words are a given name and a family name, and a comma is behind the family name. Where more
/// words belong is not known: the last one is the family name only where the caller decided so.
pub(super) fn split_full_name(text: &str, is_decided: bool) -> Result<(&str, &str), ProblemKind> {
    if let Some((last, first)) = text.split_once(',') {
        let (first, last) = (first.trim(), last.trim());
        let is_name = !first.is_empty() && !last.is_empty() && !first.contains(',');
        return is_name
            .then_some((first, last))
            .ok_or(ProblemKind::UnclearName);
    }
    let Some((first, last)) = text.rsplit_once(char::is_whitespace) else {
        return Ok((text, ""));
    };
    let first = first.trim_end();
    match is_decided || !first.contains(char::is_whitespace) {
        true => Ok((first, last)),
        false => Err(ProblemKind::UnclearName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_split_where_that_is_certain() {
        let check = |text: &str, is_decided: bool, expected: Option<(&str, &str)>| {
            assert_eq!(split_full_name(text, is_decided).ok(), expected, "{text}");
        };
        check("Ada Byron", false, Some(("Ada", "Byron")));
        check("Ada  Byron", false, Some(("Ada", "Byron")));
        check("Byron, Ada", false, Some(("Ada", "Byron")));
        check(
            "van der Berg, Ada Maria",
            false,
            Some(("Ada Maria", "van der Berg")),
        );
        check("Ada", false, Some(("Ada", "")));
        check("Mehmet Ali Öz", false, None);
        check("Mehmet Ali Öz", true, Some(("Mehmet Ali", "Öz")));
        check("a, b, c", true, None);
        check(", Ada", true, None);
    }
}

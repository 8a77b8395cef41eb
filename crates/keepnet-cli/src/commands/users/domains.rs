//! The e-mail domains of a list, as a question names them and an error explains them.

use keepnet_flows::{DomainComparison, Error, UnknownDomains};

use crate::exit::{CliError, Outcome};

/// Adds the unknown domains to a question, so that nobody confirms them unread.
pub(super) fn with_unknown_domains(question: String, domains: Option<&DomainComparison>) -> String {
    let unknown = domains.map(|it| it.unknown.as_slice()).unwrap_or_default();
    if unknown.is_empty() {
        return question;
    }
    let named = unknown
        .iter()
        .map(|it| format!("{} ({})", it.domain, it.people));
    let named = named.collect::<Vec<_>>().join(", ");
    let question = question.trim_end_matches('?');
    format!("{question}; unknown domains: {named}?")
}

/// Adds the option that allows the domains of a list that is refused.
pub(super) fn with_domain_hint(error: Error) -> CliError {
    let option = error.find_source::<UnknownDomains>().map(|refusal| {
        let domains = refusal.domains.iter().map(|it| it.domain.as_str());
        let domains = domains.collect::<Vec<_>>().join(",");
        match refusal.are_named {
            true => format!("add {domains} to --domains"),
            false => format!("add --domains with all its domains, such as --domains {domains}"),
        }
    });
    let error = CliError::from(error);
    match option {
        Some(option) => error.with_code(Outcome::Refused.word()).with_hint(format!(
            "nothing was written; look whether the file is that of this customer; if it is, {option}"
        )),
        None => error,
    }
}

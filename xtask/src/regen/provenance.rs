//! The provenance of the contract: written beside it, and shown to users as `keepnet_client::CONTRACT`.

use anyhow::{Result, bail};
use keepnet_spec::Provenance;
use sha2::{Digest, Sha256};

use super::document::Document;

/// The provenance of a contract that is derived from a document.
///
/// A known document keeps its date and its source, even if it is read again from another place; a
/// new document has the given date, else `today`.
pub(super) fn derive(
    published: &Document,
    contract: &str,
    operations: usize,
    known: Option<&Provenance>,
    date: Option<&str>,
    today: impl FnOnce() -> String,
) -> Result<Provenance> {
    let sha256 = sha256(&published.text);
    let known = known.filter(|known| known.sha256 == sha256);
    let date = match (date, known) {
        (Some(date), _) => date.to_owned(),
        (None, Some(known)) => known.date.clone(),
        (None, None) => today(),
    };
    require_day(&date)?;
    Ok(Provenance {
        sha256,
        size: published.text.len(),
        date,
        source: known.map_or_else(|| published.source.clone(), |known| known.source.clone()),
        operations,
        contract_sha256: self::sha256(contract),
    })
}

/// The provenance of a contract that is not derived again; refuses one that was edited by hand.
pub(super) fn verify(known: Provenance, contract: &str, operations: usize) -> Result<Provenance> {
    if known.contract_sha256 != sha256(contract) {
        bail!(
            "keepnet-api-spec.json is not what regen wrote; undo the edit, or run `cargo xtask regen --from FILE`"
        );
    }
    Ok(Provenance {
        operations,
        ..known
    })
}

/// `YYYY-MM-DD`: the crates carry the date in their version.
fn require_day(date: &str) -> Result<()> {
    let parsed: Result<jiff::civil::Date, _> = date.parse();
    match parsed {
        Ok(day) if day.to_string() == date => Ok(()),
        _ => bail!("{date:?} is no date; write it as 2026-03-09"),
    }
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(text: &str, source: &str) -> Document {
        Document {
            text: text.to_owned(),
            source: source.to_owned(),
        }
    }

    fn provenance(
        text: &str,
        source: &str,
        known: Option<&Provenance>,
        date: Option<&str>,
    ) -> Provenance {
        let today = || "2026-05-21".to_owned();
        derive(&published(text, source), "contract", 3, known, date, today).unwrap()
    }

    #[test]
    fn known_document_keeps_its_date_and_source() {
        let first = provenance("{}", "a.json", None, None);
        assert_eq!(
            (first.date.as_str(), first.source.as_str(), first.size),
            ("2026-05-21", "a.json", 2)
        );
        assert_eq!(
            first.sha256,
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
        for (text, source, date, expected) in [
            ("{}", "b.json", None, ("2026-05-21", "a.json")),
            ("{}", "b.json", Some("2026-03-09"), ("2026-03-09", "a.json")),
            ("[]", "b.json", None, ("2026-05-21", "b.json")),
            ("[]", "b.json", Some("2026-03-09"), ("2026-03-09", "b.json")),
        ] {
            let found = provenance(text, source, Some(&first), date);
            assert_eq!(
                (found.date.as_str(), found.source.as_str()),
                expected,
                "{text} {date:?}"
            );
        }
        assert_eq!(Provenance::parse(&first.to_text()).unwrap(), first);
    }

    #[test]
    fn invalid_date_and_edited_contract_are_refused() {
        for date in ["9.3.2026", "2026-3-9", "2026-02-30", "today", ""] {
            let document = published("{}", "a.json");
            let found = derive(&document, "", 0, None, Some(date), String::new);
            let error = found.unwrap_err().to_string();
            assert_eq!(
                error,
                format!("{date:?} is no date; write it as 2026-03-09")
            );
        }
        let first = provenance("{}", "a.json", None, None);
        assert_eq!(verify(first.clone(), "contract", 4).unwrap().operations, 4);
        let error = verify(first, "edited", 3).unwrap_err().to_string();
        assert!(
            error.starts_with("keepnet-api-spec.json is not what regen wrote"),
            "{error}"
        );
    }
}

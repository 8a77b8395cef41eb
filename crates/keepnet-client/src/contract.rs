//! Which published document the bindings were generated from.

use std::fmt;

/// The contract that the bindings of this build were generated from.
///
/// ```
/// println!("{}", keepnet_client::CONTRACT);
/// assert_eq!(keepnet_client::CONTRACT.operations, keepnet_client::OPERATIONS.len());
/// ```
pub const CONTRACT: Contract = include!(concat!(env!("OUT_DIR"), "/contract.rs"));

/// Where a contract comes from: enough to tell which published document it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contract {
    /// The SHA-256 of the published document, in lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// The size of the published document in bytes.
    pub size: usize,
    /// The day on which the document was taken, in UTC, as `2026-03-09`. The versions of the crates
    /// carry it after the plus sign.
    pub date: &'static str,
    /// The name of the file it was read from, or its URL without credentials and query.
    pub source: &'static str,
    /// How many operations it has, whatever areas are compiled in.
    pub operations: usize,
}

impl fmt::Display for Contract {
    /// One line: `949 operations of keepnet-api-spec.json of 2026-03-09, sha256 4e0e2b723b26`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} operations of {} of {}, sha256 {}",
            self.operations,
            self.source,
            self.date,
            self.sha256.get(..12).unwrap_or(self.sha256)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_names_its_document() {
        assert!(CONTRACT.sha256.len() == 64 && CONTRACT.size > 1 << 20);
        assert_eq!(CONTRACT.operations, crate::OPERATIONS.len());
        let contract = Contract {
            sha256: "4e0e2b723b26318d44071ec55d34f507f900bec8eaaace82f61505317d23ff63",
            size: 2_850_644,
            date: "2026-03-09",
            source: "keepnet-api-spec.json",
            operations: 949,
        };
        assert_eq!(
            contract.to_string(),
            "949 operations of keepnet-api-spec.json of 2026-03-09, sha256 4e0e2b723b26"
        );
    }

    #[test]
    fn crate_version_holds_the_contract_date() {
        let (_, date) = env!("CARGO_PKG_VERSION").split_once('+').unwrap();
        assert_eq!(date.replace('.', "-"), CONTRACT.date);
    }
}

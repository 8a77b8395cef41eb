//! The files of a release that a new contract changes: versions and changelog.

use anyhow::{Result, bail};

/// The manifest of the workspace with the contract's date in the version that all crates share, as
/// in `0.1.0+2026.03.09`. Cargo ignores the part after the plus sign when it compares versions.
pub(super) fn with_date(manifest: &str, date: &str) -> Result<String> {
    let version = manifest
        .split_once("[workspace.package]")
        .and_then(|(head, section)| {
            let (before, rest) = section.split_once("\nversion = \"")?;
            let (version, after) = rest.split_once('"')?;
            (!before.contains("\n[")).then_some((head, before, version, after))
        });
    let Some((head, before, version, after)) = version else {
        bail!("Cargo.toml has no version under [workspace.package]");
    };
    let plain = version.split('+').next().unwrap_or(version);
    let date = date.replace('-', ".");
    Ok(format!(
        "{head}[workspace.package]{before}\nversion = \"{plain}+{date}\"{after}"
    ))
}

/// The changelog with an entry at the top of its unreleased part.
pub(super) fn with_entry(changelog: &str, entry: &str) -> Result<String> {
    if entry.is_empty() {
        return Ok(changelog.to_owned());
    }
    let mut offset = 0;
    for line in changelog.split_inclusive('\n') {
        offset += line.len();
        if line.starts_with("## ") && line.to_lowercase().contains("unreleased") {
            let (head, rest) = changelog.split_at(offset);
            return Ok(format!("{head}\n{entry}{}", rest.trim_start_matches('\n')));
        }
    }
    bail!("CHANGELOG.md has no heading with the word unreleased; add `## Unreleased` and run again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_version_carries_the_date() {
        let manifest = |version: &str| {
            format!(
                "[workspace.package]\nversion = \"{version}\"\nedition = \"2024\"\n\n[workspace.dependencies]\nversion = \"1\"\n"
            )
        };
        for version in ["0.1.0", "0.1.0+2025.12.31"] {
            let found = with_date(&manifest(version), "2026-03-09").unwrap();
            assert_eq!(found, manifest("0.1.0+2026.03.09"));
        }
        let error = with_date("[package]\nversion = \"1\"\n", "2026-03-09").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Cargo.toml has no version under [workspace.package]"
        );
    }

    #[test]
    fn entry_is_added_to_the_unreleased_part() {
        let changelog = "# Changelog\n\n## 0.2.0 (unreleased)\n\n- Older.\n\n## 0.1.0\n";
        let expected = "# Changelog\n\n## 0.2.0 (unreleased)\n\n- Newer.\n- Older.\n\n## 0.1.0\n";
        assert_eq!(with_entry(changelog, "- Newer.\n").unwrap(), expected);
        assert_eq!(with_entry(changelog, "").unwrap(), changelog);
        assert!(with_entry("# Changelog\n", "- Newer.\n").is_err());
    }
}

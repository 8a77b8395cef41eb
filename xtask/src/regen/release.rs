//! The files of a release that a new contract changes: versions and changelog.

use std::cmp::max;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use keepnet_spec::diff::Impact;
use keepnet_spec::{Contract, ContractDiff};

use crate::files;

/// The crate that generates code in the builds of users: another version of it would change what a
/// published client is, so the client asks for exactly this one.
const GENERATOR: &str = "keepnet-spec";

/// The manifest of the workspace with the version that the changes since the last release need, and
/// the reason if that is higher than the version that the manifest has.
pub(super) fn next_manifest(
    checkout: &Path,
    manifest: &str,
    contract: &Contract,
    date: &str,
) -> Result<(String, Option<String>)> {
    let current = version_of(manifest)?;
    let Some(last) = LastRelease::find(checkout)? else {
        return Ok((with_version(manifest, current, date)?, None));
    };
    let impact = last.impact_of_changes(contract)?;
    let least = last.version.least_after(impact);
    let reason = (current < least).then(|| {
        format!(
            "the version {current} is too low: since {} the changes of the contract are {}, which needs {least}",
            last.tag,
            match impact {
                Impact::Breaking => "breaking",
                Impact::Additive => "additive",
                Impact::None => "none",
            }
        )
    });
    let manifest = with_version(manifest, max(current, least), date)?;
    Ok((manifest, reason))
}

/// The newest tag `v…` before the checked-out commit, and what it released.
struct LastRelease {
    tag: String,
    version: Version,
    contract: Contract,
}

impl LastRelease {
    /// `None` if nothing is released: there is no tag, or no git that would know of one.
    fn find(checkout: &Path) -> Result<Option<LastRelease>> {
        let describe = ["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"];
        let Ok(tag) = files::git(checkout, &describe, []) else {
            return Ok(None);
        };
        let tag = tag.trim().to_owned();
        let file = |name: &str| {
            files::git(checkout, &["show", &format!("{tag}:{name}")], [])
                .with_context(|| format!("the release {tag} has no file {name}"))
        };
        let version = version_of(&file(files::MANIFEST)?)?;
        let contract = Contract::parse(&file(files::CONTRACT)?)?;
        Ok(Some(LastRelease {
            tag,
            version,
            contract,
        }))
    }

    fn impact_of_changes(&self, contract: &Contract) -> Result<Impact> {
        Ok(ContractDiff::between(&self.contract, contract)?.rust())
    }
}

/// A version without the date of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    /// Cargo ignores the part after the plus sign when it compares versions.
    fn parse(text: &str) -> Option<Version> {
        let plain = text.split('+').next()?;
        let numbers: Option<Vec<u64>> = plain.split('.').map(|part| part.parse().ok()).collect();
        match numbers?.as_slice() {
            &[major, minor, patch] => Some(Version {
                major,
                minor,
                patch,
            }),
            _ => None,
        }
    }

    /// The lowest version that may follow this one. Before 1.0, each step is one place further right.
    fn least_after(self, impact: Impact) -> Version {
        let Version {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match (impact, major) {
            (Impact::None, _) => (major, minor, patch),
            (Impact::Breaking, 0) => (0, minor + 1, 0),
            (Impact::Additive, 0) => (0, minor, patch + 1),
            (Impact::Breaking, _) => (major + 1, 0, 0),
            (Impact::Additive, _) => (major, minor + 1, 0),
        };
        Version {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A manifest around the version that all crates share.
pub(super) fn split_at_version(manifest: &str) -> Result<(&str, &str, &str)> {
    let found = manifest
        .split_once("[workspace.package]")
        .and_then(|(_, section)| {
            let (between, rest) = section.split_once("\nversion = \"")?;
            let (version, after) = rest.split_once('"')?;
            let before = &manifest[..manifest.len() - rest.len()];
            (!between.contains("\n[")).then_some((before, version, after))
        });
    match found {
        Some(found) => Ok(found),
        None => bail!("Cargo.toml has no version under [workspace.package]"),
    }
}

fn version_of(manifest: &str) -> Result<Version> {
    let (_, version, _) = split_at_version(manifest)?;
    Version::parse(version)
        .with_context(|| format!("Cargo.toml has the version {version:?}, expected x.y.z"))
}

/// The manifest with a version and the contract's date in it, as in `0.1.0+2026.03.09`, and with the
/// requirements of the crates among each other.
fn with_version(manifest: &str, version: Version, date: &str) -> Result<String> {
    let (before, _, after) = split_at_version(manifest)?;
    let date = date.replace('-', ".");
    let after = after.split_inclusive('\n').map(|line| {
        let crate_name = line.split(" = { path = \"crates/").next();
        let crate_name = crate_name.filter(|name| name.len() < line.len());
        let requirement = line.split_once("version = \"");
        let (Some(name), Some((head, tail))) = (crate_name, requirement) else {
            return line.to_owned();
        };
        let exactly = if name == GENERATOR { "=" } else { "" };
        let tail = tail.split_once('"').map_or("", |(_, tail)| tail);
        format!("{head}version = \"{exactly}{version}\"{tail}")
    });
    let after: String = after.collect();
    Ok(format!("{before}{version}+{date}\"{after}"))
}

/// A page whose examples of a manifest ask for the version of the workspace, as in `"0.1"`.
pub(super) fn with_requirements(page: &str, manifest: &str) -> Result<String> {
    let Version { major, minor, .. } = version_of(manifest)?;
    let lines = page.split_inclusive('\n').map(|line| {
        let is_requirement = line.starts_with("keepnet-") && line.contains(" = ");
        // The first text that begins with a digit is the version: `"0.1"` or `{ version = "0.1", … }`.
        let start = line.match_indices('"').map(|(at, _)| at + 1);
        let mut start = start.filter(|at| line[*at..].starts_with(|it: char| it.is_ascii_digit()));
        let (Some(start), true) = (start.next(), is_requirement) else {
            return line.to_owned();
        };
        let (head, rest) = line.split_at(start);
        let tail = rest.split_once('"').map_or("", |(_, tail)| tail);
        format!("{head}{major}.{minor}\"{tail}")
    });
    Ok(lines.collect())
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
    use keepnet_spec::to_canonical_json;

    #[test]
    fn version_and_requirements_move_together() {
        let manifest = |version: &str, client: &str, spec: &str| {
            format!(
                "[workspace.package]\nversion = \"{version}\"\nedition = \"2024\"\n\n\
                 [workspace.dependencies]\n\
                 keepnet-client = {{ path = \"crates/keepnet-client\", version = \"{client}\", default-features = false }}\n\
                 keepnet-spec = {{ path = \"crates/keepnet-spec\", version = \"{spec}\" }}\n\
                 heck = {{ version = \"1\" }}\n"
            )
        };
        let next = Version::parse("0.2.0").unwrap();
        for version in ["0.1.0", "0.1.0+2025.12.31"] {
            let found = with_version(&manifest(version, "0.1.0", "0.1.0"), next, "2026-03-09");
            let expected = manifest("0.2.0+2026.03.09", "0.2.0", "=0.2.0");
            assert_eq!(found.unwrap(), expected);
        }
        let error = version_of("[package]\nversion = \"1\"\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Cargo.toml has no version under [workspace.package]"
        );
    }

    #[test]
    fn page_asks_for_the_version_of_the_workspace() {
        let page = |version: &str| {
            format!(
                "[dependencies]\nkeepnet-flows = \"{version}\" # for a program\n\
                 keepnet-client = {{ version = \"{version}\", features = [\"training\"] }}\n\
                 tokio = \"1\"\nkeepnet-cli lists \"3\" users\n"
            )
        };
        let manifest = "[workspace.package]\nversion = \"0.2.4+2026.03.09\"\n";
        let found = with_requirements(&page("0.1"), manifest).unwrap();
        assert_eq!(found, page("0.2"));
    }

    #[test]
    fn version_follows_what_changed_since_the_release() {
        let check = |released: &str, impact: Impact, expected: &str| {
            let least = Version::parse(released).unwrap().least_after(impact);
            assert_eq!(least.to_string(), expected, "{released} {impact:?}");
        };
        check("0.1.3+2026.03.09", Impact::None, "0.1.3");
        check("0.1.3", Impact::Additive, "0.1.4");
        check("0.1.3", Impact::Breaking, "0.2.0");
        check("1.4.2", Impact::None, "1.4.2");
        check("1.4.2", Impact::Additive, "1.5.0");
        check("1.4.2", Impact::Breaking, "2.0.0");
        assert!(Version::parse("0.9.9") < Version::parse("0.10.0"));
        assert_eq!(Version::parse("0.1"), None);
    }

    #[test]
    fn version_is_raised_since_the_last_tag() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| files::git(folder.path(), arguments, []).unwrap();
        let contract = |operations: &[&str]| {
            let paths = operations.iter().map(|id| {
                let responses = serde_json::json!({"200": {"description": ""}});
                let operation = serde_json::json!({"operationId": id, "x-area": "people", "x-safety": "once", "responses": responses});
                (format!("/api/{id}"), serde_json::json!({"post": operation}))
            });
            let paths: serde_json::Map<_, _> = paths.collect();
            Contract::new(serde_json::json!({
                "openapi": "3.0.4", "info": {"title": "T", "version": "v1"}, "paths": paths,
                "components": {"schemas": {}},
            }))
        };
        let manifest = "[workspace.package]\nversion = \"0.3.1+2026.01.01\"\n";
        let next = |contract: &Contract| {
            next_manifest(folder.path(), manifest, contract, "2026-03-09").unwrap()
        };
        let check = |operations: &[&str], version: &str, expected: Option<&str>| {
            let (manifest, reason) = next(&contract(operations));
            assert!(manifest.contains(version), "{manifest}");
            assert_eq!(reason.as_deref(), expected);
        };
        git(&["init", "--quiet"]);
        // Nothing is released: every version is right.
        check(&["new"], "0.3.1+2026.03.09", None);
        let released = contract(&["old"]);
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write(files::MANIFEST, manifest).unwrap();
        write(files::CONTRACT, &to_canonical_json(released.document())).unwrap();
        git(&["add", "--all"]);
        let author = ["-c", "user.name=A", "-c", "user.email=a@a.example"];
        git(&[&author[..], &["commit", "--quiet", "--message", "old"]].concat());
        git(&["tag", "v0.3.1"]);
        check(&["old"], "0.3.1+2026.03.09", None);
        check(
            &["old", "new"],
            "0.3.2+2026.03.09",
            Some(
                "the version 0.3.1 is too low: since v0.3.1 the changes of the contract are additive, which needs 0.3.2",
            ),
        );
        check(
            &["new"],
            "0.4.0+2026.03.09",
            Some(
                "the version 0.3.1 is too low: since v0.3.1 the changes of the contract are breaking, which needs 0.4.0",
            ),
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

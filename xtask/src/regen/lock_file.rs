//! `Cargo.lock` after the version of the workspace has changed.

use anyhow::Result;

use super::release::split_at_version;

/// The lock file with the new version of every crate of the workspace, whose packages have no source.
pub(super) fn with_versions(lock: &str, old_manifest: &str, new_manifest: &str) -> Result<String> {
    let (_, old, _) = split_at_version(old_manifest)?;
    let (_, new, _) = split_at_version(new_manifest)?;
    if old == new {
        return Ok(lock.to_owned());
    }
    let (old, new) = (
        format!("\nversion = \"{old}\"\n"),
        format!("\nversion = \"{new}\"\n"),
    );
    let packages = lock.split_inclusive("\n\n").map(|package| {
        let is_of_workspace = !package.contains("\nsource = ");
        match is_of_workspace {
            true => package.replacen(&old, &new, 1),
            false => package.to_owned(),
        }
    });
    Ok(packages.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_the_workspace_get_the_new_version() {
        let manifest = |version: &str| format!("[workspace.package]\nversion = \"{version}\"\n");
        let lock = |ours: &str| {
            format!(
                "version = 4\n\n[[package]]\nname = \"keepnet-spec\"\nversion = \"{ours}\"\n\n\
                 [[package]]\nname = \"other\"\nversion = \"0.1.0\"\nsource = \"registry\"\n\n\
                 [[package]]\nname = \"xtask\"\nversion = \"{ours}\"\n"
            )
        };
        let found = with_versions(
            &lock("0.1.0"),
            &manifest("0.1.0"),
            &manifest("0.2.0+2026.04.01"),
        )
        .unwrap();
        assert_eq!(found, lock("0.2.0+2026.04.01"));
        let same = with_versions(&lock("0.1.0"), &manifest("0.1.0"), &manifest("0.1.0")).unwrap();
        assert_eq!(same, lock("0.1.0"));
    }
}

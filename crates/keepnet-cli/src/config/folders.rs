//! Where the operating system keeps the configuration and the state of a program.

use std::path::PathBuf;

use super::environment::Environment;
use super::home::expand_home;
use crate::exit::Result;

/// The file that holds the profiles, if its folder is known.
pub(super) fn config_file(environment: &Environment) -> Result<Option<PathBuf>> {
    let file = environment.path_setting("KEEPNET_CONFIG")?;
    let file = file.map(|file| expand_home(&file, environment));
    Ok(file.or_else(|| {
        let folder = folder_of(environment, &CONFIG, cfg!(windows))?;
        Some(folder.join("config.toml"))
    }))
}

/// The folder that holds the tickets of imports, if it is known.
pub(crate) fn state_folder(environment: &Environment) -> Result<Option<PathBuf>> {
    let folder = environment.path_setting("KEEPNET_STATE_DIR")?;
    let folder = folder.map(|folder| expand_home(&folder, environment));
    Ok(folder.or_else(|| folder_of(environment, &STATE, cfg!(windows))))
}

/// The variables that name a base folder.
struct Base {
    windows: &'static str,
    xdg: &'static str,
    /// Below the home folder, if `xdg` is not set.
    default: &'static str,
}

const CONFIG: Base = Base {
    windows: "APPDATA",
    xdg: "XDG_CONFIG_HOME",
    default: ".config",
};
const STATE: Base = Base {
    windows: "LOCALAPPDATA",
    xdg: "XDG_STATE_HOME",
    default: ".local/state",
};

fn folder_of(environment: &Environment, base: &Base, is_windows: bool) -> Option<PathBuf> {
    let folder = if is_windows {
        environment.path(base.windows)?
    } else {
        // The XDG base directory specification says that a relative path is ignored.
        let xdg = environment.path(base.xdg).filter(|path| path.has_root());
        xdg.or_else(|| Some(environment.path("HOME")?.join(base.default)))?
    };
    Some(folder.join("keepnet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_file_follows_the_environment() {
        let check = |set: &[(&str, &str)], expected: Option<&str>| {
            let found = config_file(&Environment::of(set)).unwrap();
            assert_eq!(found, expected.map(PathBuf::from), "{set:?}");
        };
        check(
            &[("KEEPNET_CONFIG", "my.toml"), ("HOME", "/home/me")],
            Some("my.toml"),
        );
        if cfg!(unix) {
            check(
                &[("HOME", "/home/me")],
                Some("/home/me/.config/keepnet/config.toml"),
            );
            check(
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "/cfg")],
                Some("/cfg/keepnet/config.toml"),
            );
            check(
                &[("HOME", "/home/me"), ("XDG_CONFIG_HOME", "cfg")],
                Some("/home/me/.config/keepnet/config.toml"),
            );
            check(&[], None);
        }
    }

    #[test]
    fn state_folder_follows_system_conventions() {
        let check = |is_windows, set: &[(&str, &str)], expected: Option<&str>| {
            let found = folder_of(&Environment::of(set), &STATE, is_windows);
            assert_eq!(found, expected.map(PathBuf::from), "{set:?}");
        };
        let home = ("HOME", "/home/ada");
        check(false, &[home], Some("/home/ada/.local/state/keepnet"));
        check(false, &[home, ("XDG_STATE_HOME", "/x")], Some("/x/keepnet"));
        check(
            false,
            &[home, ("XDG_STATE_HOME", "x")],
            Some("/home/ada/.local/state/keepnet"),
        );
        check(true, &[("LOCALAPPDATA", "L")], Some("L/keepnet"));
        check(true, &[home], None);
        check(false, &[], None);
        for set in [
            &[home, ("KEEPNET_STATE_DIR", "s")][..],
            &[("KEEPNET_STATE_DIR", "s")],
        ] {
            let found = state_folder(&Environment::of(set)).unwrap();
            assert_eq!(found, Some(PathBuf::from("s")), "{set:?}");
        }
    }
}

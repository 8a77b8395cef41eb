//! The names of profiles and customers that this computer knows, for a shell to complete.

use keepnet_flows::TicketFolder;
use toml::{Table, Value};

use super::environment::Environment;
use super::ticket_folder::ticket_folder;
use super::{folders, private_file, profile};

/// The names of the profiles. There is none if the configuration file is missing or cannot be used.
pub(crate) fn profile_names() -> Vec<String> {
    sorted(profiles().into_iter().map(|(name, _)| name))
}

/// The names of the customers in the profiles, and in the tickets of imports and synchronizations.
pub(crate) fn company_names() -> Vec<String> {
    let of_profile = |(_, profile): (String, Value)| {
        let company = profile.get("company").and_then(Value::as_str);
        company.map(str::to_owned)
    };
    let of_profiles = profiles().into_iter().filter_map(of_profile);
    let folder = ticket_folder(None).ok();
    let imports = folder.iter().flat_map(TicketFolder::readable_tickets);
    let imports = imports.flat_map(|it| it.tickets);
    let syncs = folder.iter().flat_map(TicketFolder::readable_syncs);
    let syncs = syncs.flat_map(|it| it.tickets);
    let of_tickets = imports.map(|ticket| ticket.company.name);
    let of_tickets = of_tickets.chain(syncs.map(|ticket| ticket.plan.company.name));
    sorted(of_profiles.chain(of_tickets))
}

/// The ids of the imports and synchronizations that are not finished.
pub(crate) fn ticket_ids() -> Vec<String> {
    let folder = ticket_folder(None).ok();
    let imports = folder.iter().flat_map(TicketFolder::readable_tickets);
    let imports = imports.flat_map(|it| it.tickets);
    let imports = imports
        .filter(|ticket| !ticket.is_finished())
        .map(|ticket| ticket.id);
    let syncs = folder.iter().flat_map(TicketFolder::readable_syncs);
    let syncs = syncs.flat_map(|it| it.tickets);
    let syncs = syncs
        .filter(|ticket| !ticket.is_finished())
        .map(|ticket| ticket.id);
    sorted(imports.chain(syncs))
}

fn profiles() -> Table {
    let read = || {
        let path = folders::config_file(&Environment::of_process()).ok()??;
        let text = private_file::read(&path, "configuration file").ok()?;
        let mut file = profile::parse_file(&text, &path).ok()?;
        match file.remove("profiles")? {
            Value::Table(profiles) => Some(profiles),
            _ => None,
        }
    };
    read().unwrap_or_default()
}

/// Each name once. A name that is not one line cannot be completed.
fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_line = |name: &String| !name.is_empty() && !name.contains(char::is_control);
    let mut names: Vec<String> = names.filter(is_line).collect();
    names.sort_unstable();
    names.dedup();
    names
}

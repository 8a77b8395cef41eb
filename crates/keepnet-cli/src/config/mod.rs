//! Settings: the global options, the environment and the profile, and the connection made from them.

mod context;
mod credentials;
mod environment;
mod folders;
mod home;
mod known_names;
mod options;
mod private_file;
mod profile;
mod proxy;
mod resolved;
mod sandbox_clock;
mod setting;
mod stored_profile;
mod ticket_folder;

pub(crate) use context::{Context, address_in_use, proxy_in_use};
pub(crate) use credentials::read_secret_argument;
pub(crate) use home::argument_path;
pub(crate) use known_names::{company_names, profile_names, ticket_ids};
pub(crate) use options::GlobalOptions;
pub(crate) use private_file::{NewText, folder_of};
pub(crate) use resolved::ResolvedSettings;
pub(crate) use setting::{Setting, Source};
pub(crate) use stored_profile::StoredProfile;
pub(crate) use ticket_folder::ticket_folder;

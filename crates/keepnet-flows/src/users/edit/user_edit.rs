//! The changes that many users can get at once.

use crate::groups::Group;

/// The same change for many users.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserEdit {
    /// As [`Company::deactivate_user`](crate::Company::deactivate_user).
    Deactivate,
    /// As [`Company::activate_user`](crate::Company::activate_user).
    Activate,
    /// As [`Company::delete_user`](crate::Company::delete_user).
    Delete,
    /// Puts the users into a group.
    AddToGroup(Group),
    /// Takes the users out of a group; they stay in the company.
    RemoveFromGroup(Group),
}

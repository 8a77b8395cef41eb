//! The seats of the licence that a plan takes and frees.

use super::items::{Joiner, Leaver, Mover};
use super::sync_plan::SyncPlan;
use crate::sync::person::is_active;

/// How many more people are active afterwards: the joiners, and those who are made active.
pub(crate) fn seats_taken(joiners: &[Joiner], movers: &[Mover]) -> u64 {
    (joiners.len() + movers.iter().filter(|it| it.activates).count()) as u64
}

/// How many of the leavers have a seat.
pub(crate) fn seats_freed(leavers: &[Leaver]) -> u64 {
    let active = leavers.iter().filter(|it| is_active(&it.person));
    active.count() as u64
}

impl SyncPlan {
    /// How many seats are missing for those who join, until so many people have left.
    ///
    /// The vendor charges each active person beyond the licence, and nobody knows that the service
    /// accepts one.
    pub(crate) fn missing_seats(&self) -> u64 {
        let Some(license) = self.license.filter(|_| !self.options.beyond_license) else {
            return 0;
        };
        let (Some(seats), Some(used)) = (license.seats, license.used) else {
            return 0;
        };
        let taken = seats_taken(&self.joiners, &self.movers);
        match taken {
            0 => 0,
            taken => (used + taken).saturating_sub(seats),
        }
    }

    /// How many people leave before the import.
    pub(crate) fn leave_first(&self) -> u64 {
        self.missing_seats().min(seats_freed(&self.leavers))
    }
}

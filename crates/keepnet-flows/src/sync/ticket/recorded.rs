//! When customers were synchronized, by the tickets of a folder.

use std::time::{Duration, SystemTime};

use super::format::SyncStep;
use crate::companies::RecordedSyncs;
use crate::import::TicketFolder;
use crate::{Reseller, Result};

impl TicketFolder {
    /// When customers of this service were synchronized completely, as far as the tickets in the folder
    /// show it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the folder cannot be read.
    pub fn recorded_syncs(&self, reseller: &Reseller) -> Result<RecordedSyncs> {
        let mut recorded = RecordedSyncs::default();
        for ticket in self.syncs()? {
            let is_complete = match &ticket.step {
                SyncStep::Done { receipt } => receipt.is_complete(),
                _ => false,
            };
            if is_complete && ticket.plan.base_url == reseller.raw().base_url() {
                let ended = SystemTime::UNIX_EPOCH + Duration::from_secs(ticket.updated);
                recorded.record(ticket.plan.company.id, ended);
            }
        }
        Ok(recorded)
    }
}

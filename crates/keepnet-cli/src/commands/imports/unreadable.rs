//! The warnings about tickets that cannot be read.

use keepnet_flows::UnreadableTicket;

use crate::ui::print_message;

/// Names each file, why it cannot be read, and what to do.
pub(super) fn warn_unreadable(tickets: &[UnreadableTicket]) {
    for ticket in tickets {
        print_message(&format!("warning: {ticket}"));
        print_message(&format!("hint: {}", ticket.hint()));
    }
}

//! How long the client waits for the network.

use std::time::Duration;

/// How long the client waits for the network before it gives up a try.
///
/// All but `connect` are measured by the client's [`Clock`](crate::Clock). A try that ran out of time ends as
/// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), unless the call may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To make a connection, TLS included. Default 5 s.
    pub connect: Duration,
    /// To the first byte of a response. Default 60 s.
    pub first_byte: Duration,
    /// How long a body may stand still, in either direction. Default 20 s.
    ///
    /// A transfer stands still when it moves less than a byte a second for so long while the client
    /// waits for it. An application that takes its time between two parts of a
    /// [`Download`](crate::Download) does not count.
    pub stall: Duration,
    /// For one whole try of an operation that carries no file, its response included, and for
    /// the response to a form. Default 100 s.
    pub attempt: Duration,
    /// To the first byte of the response once a form has been sent completely. Default 300 s: the
    /// service reads a large workbook before it responds.
    pub upload_response: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            attempt: Duration::from_secs(100),
            upload_response: Duration::from_secs(300),
        }
    }
}

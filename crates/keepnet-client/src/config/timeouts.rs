//! How long a call waits, and for what.

use std::time::Duration;

/// How long a call waits, and for what. Each default leaves room for the limits that it contains.
///
/// | limit | what is limited | default |
/// |---|---|---|
/// | `connect` | making a connection | 5 s |
/// | `stall` | a body that stands still | 20 s |
/// | `first_byte` | from the request to the first byte of the response | 30 s |
/// | `attempt` | one try, its response included | 60 s |
/// | `upload_response` | from the end of an upload to the first byte of the response | 300 s |
/// | `queue` | the wait for other calls of the same client | 30 min |
/// | `call` | all tries of a call with all waits | 60 min |
///
/// Each is set by the method of its name, for all calls of a client in
/// [`ClientConfig::timeouts`](crate::ClientConfig::timeouts) and for one call with
/// [`Call::timeouts`](crate::Call::timeouts). Setting one raises those that contain it, so that the
/// limit that was asked for is the one that counts.
///
/// All but `connect` are measured by the client's [`Clock`](crate::Clock). A limit that is reached is
/// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout); a try that ran into one is repeated where the
/// operation may be, and the wait in the queue counts against no try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) stall: Duration,
    pub(crate) first_byte: Duration,
    pub(crate) attempt: Duration,
    pub(crate) upload_response: Duration,
    pub(crate) queue: Duration,
    pub(crate) call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            stall: Duration::from_secs(20),
            first_byte: Duration::from_secs(30),
            attempt: Duration::from_secs(60),
            upload_response: Duration::from_secs(300),
            queue: Duration::from_secs(30 * 60),
            call: Duration::from_secs(60 * 60),
        }
    }
}

impl Timeouts {
    /// To make a connection, TLS included. Default 5 s. Connections are shared by all calls, so it
    /// cannot be set for one of them; `first_byte` contains it.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self.first_byte(self.first_byte.max(limit))
    }

    /// How long a body may stand still, in either direction. Default 20 s.
    ///
    /// A transfer stands still when it moves less than a byte a second for so long while the client
    /// waits for it. An application that takes its time between two parts of a
    /// [`Download`](crate::Download) does not count.
    #[must_use]
    pub fn stall(mut self, limit: Duration) -> Self {
        self.stall = limit;
        self.attempt(self.attempt.max(limit))
    }

    /// To the first byte of a response, unless a form is sent. Default 30 s.
    #[must_use]
    pub fn first_byte(mut self, limit: Duration) -> Self {
        self.first_byte = limit;
        self.attempt(self.attempt.max(limit))
    }

    /// For one whole try of an operation that carries no file, its response included, and for reading
    /// the response to a form. Default 60 s. A file takes as long as it moves.
    #[must_use]
    pub fn attempt(mut self, limit: Duration) -> Self {
        self.attempt = limit;
        self.call(self.call.max(limit))
    }

    /// To the first byte of the response once a form has been sent completely. Default 300 s: the
    /// service reads a large workbook before it responds.
    #[must_use]
    pub fn upload_response(mut self, limit: Duration) -> Self {
        self.upload_response = limit;
        self
    }

    /// For the wait in the client's own queue, before each try. Default 30 minutes. See
    /// [`Concurrency`](crate::Concurrency).
    #[must_use]
    pub fn queue(mut self, limit: Duration) -> Self {
        self.queue = limit;
        self.call(self.call.max(limit))
    }

    /// For a whole call that carries no file, whatever it waits for: the token, the queue, all tries
    /// and the waits between them. Default 60 minutes. [`Call::deadline`](crate::Call::deadline) limits
    /// a call with a file as well.
    #[must_use]
    pub fn call(mut self, limit: Duration) -> Self {
        self.call = limit;
        self
    }
}

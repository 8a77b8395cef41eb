//! Why a file could not be opened, read or written, in plain words.

use std::error::Error;
use std::io;

/// A message that names the path, with the cause, which it may have already in the words of the system.
pub(super) fn with_file_cause(message: &str, error: &io::Error) -> String {
    let (system, plain) = (error.to_string(), file_cause(error));
    match message.contains(&system) {
        true => message.replace(&system, &plain),
        false => format!("{message}: {plain}"),
    }
}

/// The cause in plain words.
fn file_cause(error: &io::Error) -> String {
    let cause = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::AlreadyExists => "it exists already",
        io::ErrorKind::StorageFull => "the disk is full",
        io::ErrorKind::QuotaExceeded => "the disk quota is used up",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        // `read_to_string` has no other reason.
        io::ErrorKind::InvalidData => "it is not text in UTF-8",
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            return text.to_owned();
        }
    };
    cause.to_owned()
}

/// The error of the operating system among an error and its causes.
pub(super) fn system_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e io::Error> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|it| it.downcast_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_plain_words() {
        let check = |error: io::Error, expected: &str| assert_eq!(file_cause(&error), expected);
        let kind = |kind: io::ErrorKind| io::Error::from(kind);
        check(
            kind(io::ErrorKind::NotFound),
            "there is no such file or folder",
        );
        check(kind(io::ErrorKind::PermissionDenied), "permission denied");
        check(kind(io::ErrorKind::IsADirectory), "it is a folder");
        check(kind(io::ErrorKind::InvalidData), "it is not text in UTF-8");
        check(io::Error::other("the device is gone"), "the device is gone");
        if cfg!(target_os = "linux") {
            check(io::Error::from_raw_os_error(13), "permission denied");
            check(io::Error::from_raw_os_error(5), "Input/output error");
        }
    }
}

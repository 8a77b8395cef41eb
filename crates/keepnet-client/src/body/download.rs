//! Files that the service sends.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::future::{self, BoxFuture};
use futures::stream::{self, BoxStream};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::partial_file::PartialFile;
use crate::call_info::CallInfo;
use crate::error::{ErrorBody, Failure, READ_LIMIT};
use crate::http::HttpBody;
use crate::{Error, ErrorKind};

/// The parts of a file, as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes, Error>>;

/// How many bytes decide whether a response is a file or an error in JSON.
const SNIFF: usize = 512;

/// A file the service sends, still on its way.
///
/// Nothing is read but the first bytes until it is saved; dropping it ends the transfer. A transfer
/// that breaks off is an error and is not taken up again: make the call anew.
#[must_use = "the file is only transferred when it is saved or read"]
pub struct Download {
    call: CallInfo,
    content_type: Option<String>,
    length: Option<u64>,
    limit: u64,
    head: Bytes,
    rest: BoxStream<'static, Result<Bytes, Failure>>,
    completeness: Option<Box<dyn CompletenessCheck>>,
    byte_order_mark: bool,
}

/// Without it, spreadsheet programs read a text file in an encoding of their own.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Detects a file that was cut: a transfer that ends early can look complete, with the
/// announced size of what is left.
pub trait CompletenessCheck: Send {
    /// Sees the next bytes of the file.
    fn update(&mut self, bytes: &[u8]);

    /// Whether the file may end after what was seen.
    fn is_complete(&self) -> bool;

    /// Compares a file that may end here with what is known from elsewhere. It is awaited once, before
    /// the file is reported as received or gets its name; its error is that of the file. Default:
    /// nothing is compared.
    fn verify(&mut self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(future::ready(Ok(())))
    }
}

impl Download {
    /// Reads the first bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rejected`] where the service says in JSON that it failed, which it does with
    /// HTTP 200 too.
    pub(crate) async fn start(
        call: CallInfo,
        status: StatusCode,
        headers: &HeaderMap,
        body: HttpBody,
    ) -> Result<Self, Error> {
        let length = headers
            .get(CONTENT_LENGTH)
            .and_then(|it| it.to_str().ok()?.parse().ok());
        let mut download = Self {
            call,
            content_type: content_type(headers),
            length,
            limit: u64::MAX,
            head: Bytes::new(),
            rest: match body {
                HttpBody::Stream(rest) => rest,
                HttpBody::Whole(body) => stream::iter([Ok(body)]).boxed(),
            },
            completeness: None,
            byte_order_mark: false,
        };
        download.fill(SNIFF).await?;
        download.refuse_envelope(status).await?;
        Ok(download)
    }

    /// Refuses a file of more than this many bytes, before or while it is transferred. Of a compressed
    /// transfer, the decoded bytes count. Default: no limit.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Refuses a file that does not end as its format wants. Default: any end will do.
    pub fn completeness(mut self, check: Box<dyn CompletenessCheck>) -> Self {
        self.completeness = Some(check);
        self
    }

    /// Writes the byte order mark of UTF-8 before the file, unless the file starts with it. Default: the
    /// file as it is sent.
    pub fn byte_order_mark(mut self) -> Self {
        self.byte_order_mark = true;
        self
    }

    /// The media type the service gives, in lower case and without parameters.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The size the service announces, if it does and the transfer is not compressed.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// The first bytes, up to 512 or more, which show the format.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Writes the file and flushes the writer. Returns the number of bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] from the writer; the kinds of a broken transfer; [`ErrorKind::Protocol`]
    /// where the size differs from the announced one or exceeds the limit, or the file does not
    /// [end](Self::completeness) as it should. The writer then holds a part of the file.
    pub async fn write_to<W: AsyncWrite + Unpin>(mut self, writer: &mut W) -> Result<u64, Error> {
        let mark = self.missing_mark();
        if !mark.is_empty() {
            let marked = writer.write_all(mark).await;
            marked.map_err(|error| self.io(error))?;
        }
        let mut written = 0;
        while let Some(chunk) = self.next_chunk(&mut written).await? {
            writer
                .write_all(&chunk)
                .await
                .map_err(|error| self.io(error))?;
        }
        writer.flush().await.map_err(|error| self.io(error))?;
        Ok(mark.len() as u64 + written)
    }

    /// Writes the file under a temporary name beside `path` and renames it when it is whole, so that
    /// `path` never holds a part. Only its owner may read it. An existing file is replaced; a folder, a
    /// device or a pipe is not. Returns the number of bytes.
    ///
    /// # Errors
    ///
    /// Those of [`write_to`](Self::write_to); [`ErrorKind::Io`] if `path` is no file. The temporary file is
    /// removed, also on cancellation.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.save_as(path.as_ref(), false).await
    }

    /// As [`save`](Self::save), but an existing file stays as it is, and is an error.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Self::save); [`ErrorKind::Conflict`] if `path` exists.
    pub async fn save_new(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.save_as(path.as_ref(), true).await
    }

    async fn save_as(self, path: &Path, is_new: bool) -> Result<u64, Error> {
        let call = self.call.clone();
        let io = move |error: io::Error| {
            let (kind, problem) = match error.kind() {
                io::ErrorKind::AlreadyExists => (ErrorKind::Conflict, "exists already".to_owned()),
                _ => (ErrorKind::Io, format!("could not be saved: {error}")),
            };
            Error::new(kind, format!("{} {problem}", path.display()))
                .with_call(call.operation, Some(call.clone()))
                .with_source(error)
        };
        if is_new && path.symlink_metadata().is_ok() {
            return Err(io(io::ErrorKind::AlreadyExists.into()));
        }
        // The renamed file would take the place of a device or a pipe.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            let problem = "this is a folder, a device or a pipe";
            return Err(io(io::Error::new(io::ErrorKind::InvalidInput, problem)));
        }
        let (mut file, partial) = PartialFile::create(path).await.map_err(&io)?;
        let written = self.write_to(&mut file).await?;
        file.sync_all().await.map_err(&io)?;
        drop(file);
        match is_new {
            true => partial.complete_new(path).await.map_err(&io)?,
            false => partial.complete(path).await.map_err(&io)?,
        }
        Ok(written)
    }

    /// Reads the file into memory; set a [`limit`](Self::limit).
    ///
    /// # Errors
    ///
    /// Those of [`write_to`](Self::write_to).
    pub async fn bytes(self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes).await?;
        Ok(bytes)
    }

    /// The file as a stream of chunks. The checks of [`write_to`](Self::write_to) apply: if the file is
    /// incomplete, the last item is an error. Dropping the stream ends the transfer.
    pub fn into_stream(self) -> ByteStream {
        let next = |state: Option<(Self, u64)>| async move {
            let (mut download, mut read) = state?;
            match download.next_chunk(&mut read).await {
                Ok(None) => None,
                Ok(Some(chunk)) => Some((Ok(chunk), Some((download, read)))),
                Err(error) => Some((Err(error), None)),
            }
        };
        let mark = self.missing_mark();
        let mark = stream::iter((!mark.is_empty()).then_some(Ok(Bytes::from_static(mark))));
        mark.chain(stream::unfold(Some((self, 0)), next)).boxed()
    }

    /// The byte order mark, if the file is to have one and has none.
    fn missing_mark(&self) -> &'static [u8] {
        match self.byte_order_mark && !self.head.starts_with(BYTE_ORDER_MARK) {
            true => BYTE_ORDER_MARK,
            false => &[],
        }
    }

    /// The next bytes, after which `read` were read; `None` at the end of a complete file.
    async fn next_chunk(&mut self, read: &mut u64) -> Result<Option<Bytes>, Error> {
        let chunk = match std::mem::take(&mut self.head) {
            head if head.is_empty() => self.chunk().await?,
            head => {
                self.check_length(self.length.unwrap_or_default())?;
                Some(head)
            }
        };
        let Some(chunk) = chunk else {
            self.check_end(*read)?;
            if let Some(check) = &mut self.completeness {
                check.verify().await?;
            }
            return Ok(None);
        };
        *read += chunk.len() as u64;
        self.check_length(*read)?;
        if let Some(check) = &mut self.completeness {
            check.update(&chunk);
        }
        Ok(Some(chunk))
    }

    fn check_end(&self, read: u64) -> Result<(), Error> {
        let detail = match self.length {
            Some(announced) if announced != read => {
                format!("the file broke off: {read} of {announced} bytes came")
            }
            _ if self
                .completeness
                .as_ref()
                .is_some_and(|it| !it.is_complete()) =>
            {
                "the file broke off: its end is missing".to_owned()
            }
            _ => return Ok(()),
        };
        Err(self.error(ErrorKind::Protocol, detail))
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.rest.next().await.transpose();
        chunk.map_err(|failure| {
            Error::from_failure(self.call.operation, Some(self.call.clone()), failure)
        })
    }

    /// Reads on until the head has this many bytes or the file ends.
    async fn fill(&mut self, bytes: usize) -> Result<(), Error> {
        let mut head = BytesMut::from(std::mem::take(&mut self.head));
        while head.len() < bytes {
            match self.chunk().await? {
                Some(chunk) => head.extend_from_slice(&chunk),
                None => break,
            }
        }
        self.head = head.freeze();
        Ok(())
    }

    /// The service reports a failed export as a JSON envelope where the file should be.
    async fn refuse_envelope(&mut self, status: StatusCode) -> Result<(), Error> {
        let json = self
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.contains("json"));
        if !json && self.head.trim_ascii_start().first() != Some(&b'{') {
            return Ok(());
        }
        self.fill(READ_LIMIT).await?;
        if ErrorBody::parse(&self.head).is_empty() {
            return Ok(());
        }
        let reply = ErrorBody::of_failure(&self.head);
        let detail = "the service sent a message where a file was expected";
        Err(self
            .error(ErrorKind::Rejected, detail)
            .with_response(status, reply))
    }

    fn check_length(&self, bytes: u64) -> Result<(), Error> {
        if bytes <= self.limit {
            return Ok(());
        }
        let detail = format!("the file is larger than the limit of {} bytes", self.limit);
        Err(self.error(ErrorKind::Protocol, detail))
    }

    fn io(&self, error: io::Error) -> Error {
        self.error(ErrorKind::Io, "the file could not be written")
            .with_source(error)
    }

    fn error(&self, kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(kind, detail).with_call(self.call.operation, Some(self.call.clone()))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.call.operation)
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next()?.trim();
    (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
}

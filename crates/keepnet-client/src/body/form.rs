//! Multipart forms, streamed from disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use http::HeaderValue;
use http_body_util::StreamBody;
use http_body_util::combinators::BoxBody;
use hyper::body::Frame;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::error::UnreadableFile;
use crate::http::UploadProgress;

const CHUNK: usize = 64 * 1024;

/// A multipart form: text fields and files, sent in the order they were added.
///
/// Files are streamed from disk and read again for each try, so a form costs no memory for them.
/// Add a name twice to send a list.
#[derive(Clone, Default)]
pub struct Form {
    parts: Vec<(String, Part)>,
}

#[derive(Clone)]
enum Part {
    Text(String),
    File(FilePart),
}

/// A file in a [`Form`].
#[derive(Clone)]
pub struct FilePart {
    name: String,
    content_type: &'static str,
    length: u64,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Path(PathBuf),
    Bytes(Bytes),
}

impl Form {
    /// A form without parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.push((name.into(), Part::Text(value.into())));
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, file: FilePart) -> Self {
        self.parts.push((name.into(), Part::File(file)));
        self
    }

    /// The fields as texts, or `None` if one of them is a file.
    pub(crate) fn texts(&self) -> Option<Vec<(&str, &str)>> {
        let texts = self.parts.iter().map(|(name, part)| match part {
            Part::Text(value) => Some((name.as_str(), value.as_str())),
            Part::File(_) => None,
        });
        texts.collect()
    }

    /// The form as it is sent, with its files opened.
    pub(crate) async fn encode(
        &self,
        boundary: &str,
        progress: &UploadProgress,
    ) -> io::Result<EncodedForm> {
        let mut length = 0;
        let mut pieces = Vec::new();
        let mut text = String::new();
        for (name, part) in &self.parts {
            let name = quote(name);
            text += &format!("--{boundary}\r\nContent-Disposition: form-data; name={name}");
            match part {
                Part::Text(value) => text += &format!("\r\n\r\n{value}\r\n"),
                Part::File(file) => {
                    let (name, kind) = (quote(&file.name), file.content_type);
                    text += &format!("; filename={name}\r\nContent-Type: {kind}\r\n\r\n");
                    length += text.len() as u64 + file.length;
                    pieces.push(whole(std::mem::replace(&mut text, "\r\n".to_owned())));
                    pieces.push(file.read(progress).await?);
                }
            }
        }
        text += &format!("--{boundary}--\r\n");
        length += text.len() as u64;
        pieces.push(whole(text));
        let frames = stream::iter(pieces).flatten().map_ok(Frame::data);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        Ok(EncodedForm {
            length,
            content_type: HeaderValue::try_from(content_type).map_err(io::Error::other)?,
            content: BoxBody::new(StreamBody::new(frames)),
        })
    }
}

/// A form as it is sent.
pub(crate) struct EncodedForm {
    pub(crate) length: u64,
    pub(crate) content_type: HeaderValue,
    pub(crate) content: BoxBody<Bytes, UnreadableFile>,
}

/// A part of a form that is on its way.
type Piece = Pin<Box<dyn Stream<Item = Result<Bytes, UnreadableFile>> + Send + Sync>>;

fn whole(text: String) -> Piece {
    Box::pin(stream::iter([Ok(Bytes::from(text))]))
}

/// As browsers write a name (WHATWG, multipart/form-data encoding algorithm).
fn quote(name: &str) -> String {
    let name = name.replace('"', "%22");
    let name = name.replace('\r', "%0D").replace('\n', "%0A");
    format!("\"{name}\"")
}

impl FilePart {
    /// A file on disk, under the name it has there. The content type follows from the extension.
    ///
    /// # Errors
    ///
    /// Where the path is not a readable file.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let metadata = File::open(path).await?.metadata().await?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            content_type: content_type(&name),
            name,
            length: metadata.len(),
            source: Source::Path(path.to_owned()),
        })
    }

    /// A file held in memory.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let (name, content) = (name.into(), content.into());
        Self {
            content_type: content_type(&name),
            name,
            length: content.len() as u64,
            source: Source::Bytes(content),
        }
    }

    /// Presents the file under another name; the content type follows the new extension.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self.content_type = content_type(&self.name);
        self
    }

    /// Size in bytes, as found when the part was made.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    async fn read(&self, progress: &UploadProgress) -> io::Result<Piece> {
        match &self.source {
            Source::Bytes(bytes) => {
                let bytes = io::Cursor::new(bytes.clone());
                Ok(Box::pin(watched(bytes, self.length, progress)))
            }
            Source::Path(path) => {
                let file = File::open(path).await?;
                if file.metadata().await?.len() != self.length {
                    return Err(io::Error::other("the file changed since it was opened"));
                }
                Ok(Box::pin(watched(file, self.length, progress)))
            }
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.parts.iter().map(|(name, part)| {
                let bytes = match part {
                    Part::Text(value) => value.len() as u64,
                    Part::File(file) => file.length,
                };
                (name, format_args_bytes(bytes))
            }))
            .finish()
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish()
    }
}

fn format_args_bytes(bytes: u64) -> String {
    format!("{bytes} bytes")
}

/// The types the service's multipart operations take.
fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls" => "application/vnd.ms-excel",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "html" | "htm" => "text/html",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    }
}

/// Streams exactly `length` bytes; a file that ends sooner fails the request, since its length has
/// been announced.
fn watched<R>(
    reader: R,
    length: u64,
    progress: &UploadProgress,
) -> impl Stream<Item = Result<Bytes, UnreadableFile>> + Send + Sync + 'static
where
    R: AsyncRead + Unpin + Send + Sync + 'static,
{
    let progress = progress.clone();
    progress.expect(length);
    stream::try_unfold((reader, length), move |(mut reader, left)| {
        let progress = progress.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            let mut chunk = BytesMut::with_capacity(CHUNK);
            let mut bounded = (&mut reader).take(left);
            let read = bounded.read_buf(&mut chunk).await.map_err(UnreadableFile)? as u64;
            if read == 0 {
                let cut = io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter");
                return Err(UnreadableFile(cut));
            }
            progress.sent(read);
            Ok(Some((chunk.freeze(), (reader, left - read))))
        }
    })
}

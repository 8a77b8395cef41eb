//! Multipart forms, streamed from disk.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use futures::stream::{self, Stream};
use reqwest::multipart;
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

    pub(crate) async fn body(&self, progress: &UploadProgress) -> io::Result<multipart::Form> {
        let mut form = multipart::Form::new();
        for (name, part) in &self.parts {
            form = match part {
                Part::Text(value) => form.text(name.clone(), value.clone()),
                Part::File(file) => form.part(name.clone(), file.part(progress).await?),
            };
        }
        Ok(form)
    }
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

    async fn part(&self, progress: &UploadProgress) -> io::Result<multipart::Part> {
        let body = match &self.source {
            Source::Bytes(bytes) => reqwest::Body::wrap_stream(watched(
                io::Cursor::new(bytes.clone()),
                self.length,
                progress,
            )),
            Source::Path(path) => {
                let file = File::open(path).await?;
                if file.metadata().await?.len() != self.length {
                    return Err(io::Error::other("the file changed since it was opened"));
                }
                reqwest::Body::wrap_stream(watched(file, self.length, progress))
            }
        };
        multipart::Part::stream_with_length(body, self.length)
            .file_name(self.name.clone())
            .mime_str(self.content_type)
            .map_err(io::Error::other)
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
) -> impl Stream<Item = Result<Bytes, UnreadableFile>> + Send + 'static
where
    R: AsyncRead + Unpin + Send + 'static,
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

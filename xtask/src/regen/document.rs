//! The published document, from a file or from the network.

use anyhow::{Context, Result, bail};
use std::path::Path;

use crate::fetch;

/// The published document.
pub(super) struct Document {
    pub(super) text: String,
    /// The name of the file, or the URL without credentials and query; never a path of this machine.
    pub(super) source: String,
}

impl Document {
    /// Reads `from`, which is a path or a URL.
    pub(super) fn read(from: &str) -> Result<Document> {
        let (bytes, source) = match from.split_once("://") {
            Some(_) => fetch::get(from, fetch::LIMIT)?,
            None => from_file(Path::new(from))?,
        };
        let Ok(text) = String::from_utf8(bytes) else {
            bail!(
                "{source}: it is not UTF-8 text; check that it is the document and not an archive"
            );
        };
        Ok(Document { text, source })
    }
}

fn from_file(path: &Path) -> Result<(Vec<u8>, String)> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.file_name().unwrap_or_default();
    Ok((bytes, name.to_string_lossy().into_owned()))
}

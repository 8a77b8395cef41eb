//! Decodes a response that the service has compressed with gzip.

use std::io::{self, Write as _};

use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

/// Decodes in steps of some 32 KiB, however small the compressed bytes are, so that a limit for the
/// decoded bytes holds before there are many.
pub(super) struct GzipDecoder {
    /// What came and is not decoded yet.
    encoded: Bytes,
    decoder: MultiGzDecoder<Vec<u8>>,
    has_begun: bool,
}

impl GzipDecoder {
    /// The decoder of a response that says it is compressed. Its headers describe the decoded content
    /// then.
    pub(super) fn of(headers: &mut HeaderMap) -> Option<Self> {
        let coding = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim();
        if !coding.eq_ignore_ascii_case("gzip") && !coding.eq_ignore_ascii_case("x-gzip") {
            return None;
        }
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
        Some(Self {
            encoded: Bytes::new(),
            decoder: MultiGzDecoder::new(Vec::new()),
            has_begun: false,
        })
    }

    /// Takes the next compressed bytes, when [`next`](Self::next) has nothing more.
    pub(super) fn add(&mut self, encoded: Bytes) {
        self.has_begun |= !encoded.is_empty();
        self.encoded = encoded;
    }

    /// The next decoded bytes; `None` if more has to come first.
    pub(super) fn next(&mut self) -> io::Result<Option<Bytes>> {
        while !self.encoded.is_empty() {
            let read = self.decoder.write(&self.encoded)?;
            if read == 0 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.encoded.advance(read);
            if let Some(decoded) = self.take() {
                return Ok(Some(decoded));
            }
        }
        Ok(None)
    }

    /// The last decoded bytes, at the end of a response. An error if its end is missing.
    pub(super) fn finish(&mut self) -> io::Result<Option<Bytes>> {
        // A response without content, such as 204, may still name the coding.
        if self.has_begun {
            self.decoder.try_finish()?;
        }
        Ok(self.take())
    }

    fn take(&mut self) -> Option<Bytes> {
        let decoded = std::mem::take(self.decoder.get_mut());
        (!decoded.is_empty()).then(|| decoded.into())
    }
}

//! A gate that the child process passes before and after each request and each write of its ticket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Lets the child process pass a number of points, and stops it at the next one.
#[derive(Clone)]
pub(super) struct Gate(Arc<Inner>);

struct Inner {
    passed: AtomicUsize,
    last: AtomicUsize,
    reached: Notify,
    address: SocketAddr,
}

impl Gate {
    /// Forwards requests to the service at `url`, and stops the child at point `last`, counted from 1.
    pub(super) async fn open(url: &str, last: usize) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Gate(Arc::new(Inner {
            passed: AtomicUsize::new(0),
            last: AtomicUsize::new(last),
            reached: Notify::new(),
            address: listener.local_addr().unwrap(),
        }));
        let (serving, target) = (gate.clone(), url.trim_start_matches("http://").to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (gate, target) = (serving.clone(), target.clone());
                tokio::spawn(async move { gate.serve(stream, &target).await });
            }
        });
        gate
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Lets another process pass from the first point, at the same address, and stops it at point `last`.
    pub(super) fn reset(&self, last: usize) {
        self.0.passed.store(0, Ordering::SeqCst);
        self.0.last.store(last, Ordering::SeqCst);
    }

    /// How many points the child has reached.
    pub(super) fn points(&self) -> usize {
        self.0.passed.load(Ordering::SeqCst)
    }

    /// Completes when the child has reached its last point.
    pub(super) async fn reached(&self) {
        self.0.reached.notified().await;
    }

    async fn point(&self) {
        let number = self.0.passed.fetch_add(1, Ordering::SeqCst) + 1;
        let last = self.0.last.load(Ordering::SeqCst);
        if number == last {
            self.0.reached.notify_one();
        }
        if number >= last {
            std::future::pending::<()>().await;
        }
    }

    /// Serves one connection: a request for permission, which is one byte, or an HTTP request.
    async fn serve(&self, mut stream: TcpStream, target: &str) {
        let Some(request) = read(&mut stream).await else {
            return;
        };
        self.point().await;
        if request == PERMISSION {
            let _ = stream.write_all(PERMISSION).await;
            return;
        }
        let Ok(mut service) = TcpStream::connect(target).await else {
            return;
        };
        let mut response = Vec::new();
        if service
            .write_all(&with_connection_close(&request))
            .await
            .is_err()
            || service.read_to_end(&mut response).await.is_err()
        {
            return;
        }
        self.point().await;
        let _ = stream.write_all(&response).await;
        let _ = stream.shutdown().await;
    }
}

/// The byte by which the child asks for permission to continue, and the response to it.
pub(super) const PERMISSION: &[u8] = b"?";

/// Adds the header `connection: close` to a request.
fn with_connection_close(request: &[u8]) -> Vec<u8> {
    let line = request.windows(2).position(|it| it == b"\r\n").unwrap() + 2;
    let (first, rest) = request.split_at(line);
    [first, b"connection: close\r\n", rest].concat()
}

async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if bytes == PERMISSION {
            return Some(bytes);
        }
        if let Some(head) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let header = |name: &str| {
                let mut lines = text.lines().filter_map(|line| line.split_once(':'));
                lines
                    .find(|(key, _)| *key == name)
                    .map(|(_, it)| it.trim().to_owned())
            };
            let is_whole = match header("transfer-encoding") {
                Some(_) => bytes.ends_with(b"0\r\n\r\n"),
                None => {
                    let length = header("content-length").map_or(0, |it| it.parse().unwrap());
                    bytes.len() >= head + 4 + length
                }
            };
            if is_whole {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

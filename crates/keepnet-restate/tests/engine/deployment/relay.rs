//! The one address of all workers: each connection goes to the next worker that answers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub(crate) struct Relay(Arc<State>);

struct State {
    address: SocketAddr,
    workers: Mutex<Vec<SocketAddr>>,
    next: AtomicUsize,
    /// What the workers have sent to the engine, and the engine to them.
    seen: Mutex<Vec<u8>>,
}

impl Relay {
    pub(crate) async fn open() -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Relay(Arc::new(State {
            address: listener.local_addr().unwrap(),
            workers: Mutex::default(),
            next: AtomicUsize::new(0),
            seen: Mutex::default(),
        }));
        let accepting = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let relay = accepting.clone();
                tokio::spawn(async move { relay.serve(stream).await });
            }
        });
        relay
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    pub(crate) fn add(&self, worker: SocketAddr) {
        self.0.workers.lock().unwrap().push(worker);
    }

    pub(crate) fn remove(&self, worker: SocketAddr) {
        self.0.workers.lock().unwrap().retain(|it| *it != worker);
    }

    /// All bytes that went between the engine and the workers.
    pub(crate) fn seen(&self) -> Vec<u8> {
        self.0.seen.lock().unwrap().clone()
    }

    async fn serve(&self, engine: TcpStream) {
        let workers = self.0.workers.lock().unwrap().clone();
        let first = self.0.next.fetch_add(1, Ordering::SeqCst);
        for step in 0..workers.len() {
            let worker = workers[(first + step) % workers.len()];
            if let Ok(worker) = TcpStream::connect(worker).await {
                let (from_engine, to_engine) = engine.into_split();
                let (from_worker, to_worker) = worker.into_split();
                // If one side is gone, the other must notice at once.
                tokio::select! {
                    () = self.copy(from_engine, to_worker) => {}
                    () = self.copy(from_worker, to_engine) => {}
                }
                return;
            }
        }
    }

    async fn copy(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut part = vec![0; 16 * 1024];
        while let Ok(read) = from.read(&mut part).await
            && read > 0
        {
            self.0.seen.lock().unwrap().extend(&part[..read]);
            if to.write_all(&part[..read]).await.is_err() {
                return;
            }
        }
    }
}

//! A service of a few lines: answers by script, remembers every request.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use crate::client::CallTarget;
use crate::{
    Call, Client, ClientConfig, CompanyId, Credentials, Download, Form, ManualClock, Operation,
    Safety, ScopedClient, SeededRandom, TokenSource, Transfer, Wrapping,
};

pub(crate) const READ: &str = "read";
pub(crate) const IDEMPOTENT: &str = "idempotent";
pub(crate) const DELETION: &str = "deletion";
pub(crate) const ONCE: &str = "once";
pub(crate) const FILE: &str = "file";
pub(crate) const UPLOAD: &str = "upload";
/// An operation of which nothing is known: the class is the default.
pub(crate) const UNKNOWN: &str = "unknown";
pub(crate) const PLAIN: &str = "plain";
pub(crate) const COMPANY: &str = "xC5kfGz7w2Nz";
pub(crate) const SECRET: &str = "canary-secret";

static OPERATIONS: &[Operation] = &[
    declared(FILE, "/api/file", Safety::Read, Transfer::Download),
    declared(
        IDEMPOTENT,
        "/api/{id}",
        Safety::Idempotent,
        Transfer::Message,
    ),
    Operation {
        method: "DELETE",
        ..declared(DELETION, "/api/{id}", Safety::Idempotent, Transfer::Message)
    },
    declared(ONCE, "/api/once", Safety::Once, Transfer::Message),
    declared(READ, "/api/read", Safety::Read, Transfer::Message),
    declared(UNKNOWN, "/api/unknown", Safety::Once, Transfer::Message),
    declared(UPLOAD, "/api/upload", Safety::Once, Transfer::Upload),
    Operation {
        wrapping: Wrapping::None,
        ..declared(PLAIN, "/api/plain", Safety::Read, Transfer::Message)
    },
];

const fn declared(
    id: &'static str,
    path: &'static str,
    safety: Safety,
    transfer: Transfer,
) -> Operation {
    Operation {
        id,
        method: "POST",
        path,
        area: "test",
        safety,
        transfer,
        wrapping: Wrapping::Envelope,
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a header, in the order of the request.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let values = self.headers.iter().filter(|(key, _)| key == name);
        values.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn is_token(&self) -> bool {
        self.path.ends_with("/connect/token")
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    With {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Closes the connection without a byte.
    Reset,
    /// Announces more bytes than it sends.
    Cut,
    /// Never reads the body nor answers.
    Silence,
    /// Sends JSON that ends with the connection.
    Unannounced(String),
    /// Sends a part of the body and then nothing more.
    Stall(&'static str),
    /// Sends parts of a body without end.
    Endless(&'static str),
    /// Sends the body in the parts that the test [drips](Service::drip), until an empty one.
    Drip(&'static str),
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self::With {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::With {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn ok() -> Self {
        Self::json(200, &json!({"data": {"id": 1}, "status": "SUCCESS"}))
    }

    pub(crate) fn token(number: usize) -> Self {
        Self::json(
            200,
            &json!({"access_token": format!("token-{number}"), "expires_in": 3600}),
        )
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::With { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// The requests, tokens aside, that wait for an answer; and the answers that drip.
struct Load {
    now: AtomicUsize,
    most: AtomicUsize,
    /// Answers pass one by one with a permit, or freely once it is closed.
    gate: Semaphore,
    parts: tokio::sync::Mutex<mpsc::UnboundedReceiver<Vec<u8>>>,
    dripped: AtomicUsize,
}

pub(crate) struct Service {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    load: Arc<Load>,
    drip: mpsc::UnboundedSender<Vec<u8>>,
    task: JoinHandle<()>,
}

impl Service {
    /// Answers every request by the script, which is told the request and its number among those of
    /// its kind (token or not), starting at 1.
    pub(crate) async fn start<F>(script: F) -> Self
    where
        F: Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    {
        let service = Self::gated(script).await;
        service.open();
        service
    }

    /// As [`start`](Self::start), but holds every answer but a token until it is
    /// [let pass](Self::pass).
    pub(crate) async fn gated<F>(script: F) -> Self
    where
        F: Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (drip, parts) = mpsc::unbounded_channel();
        let load = Arc::new(Load {
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            gate: Semaphore::new(0),
            parts: parts.into(),
            dripped: AtomicUsize::new(0),
        });
        let (script, log, shared) = (Arc::new(script), received.clone(), load.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), log.clone(), shared.clone()));
            }
        });
        Self {
            url,
            received,
            load,
            drip,
            task,
        }
    }

    /// Sends the next part of an answer that drips, and waits until it is on its way.
    pub(crate) async fn drip(&self, part: impl Into<Vec<u8>>) {
        let before = self.load.dripped.load(SeqCst);
        self.drip.send(part.into()).unwrap();
        while self.load.dripped.load(SeqCst) == before {
            tokio::task::yield_now().await;
        }
        pause().await;
    }

    /// Lets this many answers pass.
    pub(crate) fn pass(&self, answers: usize) {
        self.load.gate.add_permits(answers);
    }

    /// Lets all answers pass.
    pub(crate) fn open(&self) {
        self.load.gate.close();
    }

    /// Waits until exactly this many requests wait for an answer, and no more come.
    pub(crate) async fn settled(&self, waiting: usize) {
        while self.load.now.load(SeqCst) < waiting {
            tokio::task::yield_now().await;
        }
        pause().await;
        assert_eq!(self.load.now.load(SeqCst), waiting);
    }

    /// The most requests that waited for an answer at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.load.most.load(SeqCst)
    }

    /// Hands out tokens, and answers all else by the script.
    pub(crate) async fn api<F>(script: F) -> Self
    where
        F: Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    {
        Self::start(move |request, number| match request.is_token() {
            true => Answer::token(number),
            false => script(request, number),
        })
        .await
    }

    /// Closes the port.
    pub(crate) async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn tokens(&self) -> usize {
        self.received()
            .iter()
            .filter(|request| request.is_token())
            .count()
    }

    pub(crate) fn calls(&self) -> Vec<Received> {
        self.received()
            .into_iter()
            .filter(|request| !request.is_token())
            .collect()
    }

    pub(crate) fn client(&self) -> (Client, Arc<ManualClock>) {
        self.client_with(|config| config)
    }

    pub(crate) fn client_with(
        &self,
        adjust: impl FnOnce(ClientConfig) -> ClientConfig,
    ) -> (Client, Arc<ManualClock>) {
        self.client_from(Credentials::new("client-id", SECRET), adjust)
    }

    pub(crate) fn client_from(
        &self,
        source: impl TokenSource,
        adjust: impl FnOnce(ClientConfig) -> ClientConfig,
    ) -> (Client, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        ));
        let config = ClientConfig::new(source)
            .base_url(&self.url)
            .clock(clock.clone())
            .random(Arc::new(SeededRandom::new(7)));
        (Client::new(&adjust(config)).unwrap(), clock)
    }
}

/// Lets the tasks of the service and of the connections run until nothing moves any more.
pub(crate) async fn pause() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

async fn serve<F>(
    mut stream: TcpStream,
    script: Arc<F>,
    log: Arc<Mutex<Vec<Received>>>,
    load: Arc<Load>,
) where
    F: Fn(&Received, usize) -> Answer,
{
    let Some((mut request, mut rest)) = head(&mut stream).await else {
        return;
    };
    let (number, answer) = {
        let mut log = log.lock().unwrap();
        log.push(request.clone());
        let number = log
            .iter()
            .filter(|other| other.is_token() == request.is_token())
            .count();
        (log.len(), script(&request, number))
    };
    if matches!(answer, Answer::Silence) {
        std::future::pending::<()>().await;
    }
    body(&mut stream, &request, &mut rest).await;
    request.body = String::from_utf8_lossy(&rest).into_owned();
    let counted = !request.is_token();
    log.lock().unwrap()[number - 1] = request;
    if counted {
        let now = load.now.fetch_add(1, SeqCst) + 1;
        load.most.fetch_max(now, SeqCst);
        if let Ok(permit) = load.gate.acquire().await {
            permit.forget();
        }
        load.now.fetch_sub(1, SeqCst);
    }
    match answer {
        Answer::With {
            status,
            headers,
            body,
        } => {
            let mut text = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
            for (name, value) in headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.write_all(&body).await;
        }
        Answer::Cut => {
            let text = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                        content-length: 1000\r\n\r\n{\"data\":";
            let _ = stream.write_all(text.as_bytes()).await;
        }
        Answer::Unannounced(body) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
        }
        Answer::Stall(content_type) => {
            let text = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\
                 content-length: 1000\r\n\r\n{{\"data\":"
            );
            let _ = stream.write_all(text.as_bytes()).await;
            std::future::pending::<()>().await;
        }
        Answer::Endless(content_type) => {
            let text = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n");
            let _ = stream.write_all(text.as_bytes()).await;
            let part = vec![b' '; 1 << 20];
            while stream.write_all(&part).await.is_ok() {}
        }
        Answer::Drip(content_type) => {
            let text = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n");
            let _ = stream.write_all(text.as_bytes()).await;
            while let Some(part) = load.parts.lock().await.recv().await {
                let _ = stream.write_all(&part).await;
                load.dripped.fetch_add(1, SeqCst);
                if part.is_empty() {
                    break;
                }
            }
        }
        Answer::Reset | Answer::Silence => {}
    }
    let _ = stream.shutdown().await;
}

async fn head(stream: &mut TcpStream) -> Option<(Received, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let rest = bytes.split_off(end + 4);
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.trim_end().split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some((
        Received {
            path,
            headers,
            body: String::new(),
        },
        rest,
    ))
}

async fn body(stream: &mut TcpStream, request: &Received, rest: &mut Vec<u8>) {
    let length = request
        .header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    while rest.len() < length && stream.read_buf(rest).await.is_ok_and(|read| read > 0) {}
}

pub(crate) fn operation(id: &str) -> &'static Operation {
    OPERATIONS.iter().find(|it| it.id == id).unwrap()
}

/// What a test calls with. The connection stands for the whole reseller.
pub(crate) trait Caller {
    fn target(&self) -> CallTarget;
}

impl Caller for Client {
    fn target(&self) -> CallTarget {
        self.reseller_wide().target()
    }
}

impl<S> Caller for ScopedClient<S> {
    fn target(&self) -> CallTarget {
        ScopedClient::target(self)
    }
}

/// What a generated method returns.
pub(crate) fn call(client: &(impl Caller + ?Sized), id: &str) -> Call<Value> {
    typed(client, id)
}

pub(crate) fn typed<T: DeserializeOwned>(client: &(impl Caller + ?Sized), id: &str) -> Call<T> {
    let operation = operation(id);
    match operation.path.contains('{') {
        true => Call::message(client.target(), operation, &[&"thing"]).json(&json!({})),
        false => Call::message(client.target(), operation, &[]).json(&json!({})),
    }
}

pub(crate) fn file(client: &(impl Caller + ?Sized)) -> Call<Download> {
    Call::download(client.target(), operation(FILE), &[])
}

pub(crate) fn upload(client: &(impl Caller + ?Sized), form: Form) -> Call<Value> {
    Call::message(client.target(), operation(UPLOAD), &[]).form(form)
}

pub(crate) fn company() -> CompanyId {
    CompanyId::new(COMPANY).unwrap()
}

//! A place of staff lists at an address, whose answers a test chooses.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the place answers to a request for a list.
#[derive(Clone)]
pub(crate) enum Answer {
    Whole(String),
    /// Half of the list; then the connection ends.
    Cut(String),
    /// A body whose end nobody can see.
    WithoutLength(String),
    /// A list of 300 MiB.
    TooLarge,
    /// No list, but this status, with the address of another place.
    Status(&'static str),
}

#[derive(Clone)]
pub(crate) struct ListServer(Arc<State>);

struct State {
    url: String,
    answers: Mutex<HashMap<String, VecDeque<Answer>>>,
    requests: Mutex<Vec<String>>,
}

impl ListServer {
    pub(crate) async fn start() -> ListServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = ListServer(Arc::new(State {
            url: format!("http://{}/lists", listener.local_addr().unwrap()),
            answers: Mutex::default(),
            requests: Mutex::default(),
        }));
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub(crate) fn url(&self) -> &str {
        &self.0.url
    }

    /// Answers the requests for this list one after the other; the last answer is repeated.
    pub(crate) fn answer(&self, name: &str, answers: impl IntoIterator<Item = Answer>) {
        let mut all = self.0.answers.lock().unwrap();
        all.insert(name.to_owned(), answers.into_iter().collect());
    }

    /// How often a list was requested.
    pub(crate) fn requests(&self, name: &str) -> usize {
        let requests = self.0.requests.lock().unwrap();
        requests.iter().filter(|it| *it == name).count()
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut head).await.unwrap_or_default() == 0 {
                return;
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap();
        let name = path.strip_prefix("/lists/").unwrap().to_owned();
        let response = response(&self.next(&name));
        self.0.requests.lock().unwrap().push(name);
        // The client may have gone.
        let _ = stream.write_all(response.as_bytes()).await;
    }

    fn next(&self, name: &str) -> Answer {
        let mut answers = self.0.answers.lock().unwrap();
        let answers = answers.get_mut(name).unwrap();
        match answers.len() {
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap(),
        }
    }
}

fn response(answer: &Answer) -> String {
    let close = "connection: close\r\n";
    let whole = |length: usize, body: &str| {
        format!("HTTP/1.1 200 OK\r\n{close}content-length: {length}\r\n\r\n{body}")
    };
    match answer {
        Answer::Whole(list) => whole(list.len(), list),
        Answer::Cut(list) => whole(list.len(), &list[..list.len() / 2]),
        Answer::WithoutLength(list) => format!("HTTP/1.1 200 OK\r\n{close}\r\n{list}"),
        Answer::TooLarge => whole(300 * 1024 * 1024, "First name"),
        Answer::Status(status) => {
            let location = "location: http://127.0.0.1:1/lists/people.csv\r\n";
            format!("HTTP/1.1 {status}\r\n{close}{location}content-length: 0\r\n\r\n")
        }
    }
}

//! What memory an import of a file of 200 MB takes up to its preview.
//!
//! `cargo bench -p keepnet-flows --bench upload`. The file is uploaded by a process of its own to
//! another one that reads it and keeps nothing, once as it is and once rewritten.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

mod measure;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet};
use serde_json::{Value, json};

use measure::peak_memory;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// As many as a list may have, of so many bytes that the file is as large as one may be.
const ROWS: u32 = 1_000_000;

fn main() -> Outcome {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--sink"] => sink(),
        ["--upload", url, path] => upload(url, Path::new(path)),
        _ => measure(),
    }
}

fn measure() -> Outcome {
    let this = std::env::current_exe()?;
    let folder = tempfile::tempdir()?;
    let mut sink = Command::new(&this)
        .arg("--sink")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    let told = sink.stdout.take().ok_or("the sink has no output")?;
    BufReader::new(told).read_line(&mut url)?;
    for (name, delimiter) in [("as it is", b','), ("rewritten", b';')] {
        let path = folder.path().join("people.csv");
        write(&path, delimiter)?;
        let size = path.metadata()?.len();
        let start = Instant::now();
        let uploaded = Command::new(&this)
            .args(["--upload", url.trim()])
            .arg(&path)
            .output()?;
        let time = start.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&uploaded.stdout).into_owned();
        let peak: u64 = said.trim().parse().map_err(|_| {
            let said = String::from_utf8_lossy(&uploaded.stderr).into_owned();
            format!("the upload failed: {said}")
        })?;
        println!(
            "{name}: {ROWS} rows, {} MB, up to the preview in {time:.1} s, peak memory {} MB",
            size / 1_000_000,
            peak >> 20
        );
    }
    sink.kill()?;
    sink.wait()?;
    Ok(())
}

/// Imports the file up to its preview, and prints the peak memory of this process.
#[tokio::main(flavor = "current_thread")]
async fn upload(url: &str, path: &Path) -> Outcome {
    let config = ClientConfig::new(Credentials::new("id", "secret")).base_url(url);
    let company = Reseller::connect(config).await?.company("Acme LLC").await?;
    let preview = company.import_users(Sheet::open(path)?).await?;
    assert_eq!(preview.counts().new, u64::from(ROWS));
    println!("{}", peak_memory()?);
    Ok(())
}

fn write(path: &Path, delimiter: u8) -> Outcome {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(BufWriter::new(File::create(path)?));
    writer.write_record([
        "First Name",
        "Last Name",
        "Email",
        "Phone Number",
        "Department",
        "Manager First Name",
        "Manager Last Name",
        "Manager Email",
        "Priority",
    ])?;
    for row in 0..ROWS {
        writer.write_record([
            format!("Ayşe Nur {row:07}"),
            "Öztürk-Karaosmanoğlu".to_owned(),
            format!("ayse.nur.ozturk.{row:07}@globex.example"),
            format!("+9053{row:08}"),
            format!("Department of Finance and Accounting {:02}", row % 40),
            "Zeynep".to_owned(),
            "Hacıoğlu".to_owned(),
            "zeynep.hacioglu@globex.example".to_owned(),
            "Medium".to_owned(),
        ])?;
    }
    Ok(writer.flush()?)
}

/// Serves an import of new people; what is uploaded is read and forgotten.
fn sink() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || serve(&stream));
    }
    Ok(())
}

fn serve(stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let Some((line, length)) = head(&mut reader)? else {
            return Ok(());
        };
        match length {
            Some(length) => {
                io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
            }
            None => skip_chunks(&mut reader)?,
        }
        let (status, body) = answer(&line);
        let body = body.to_string();
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 {status} Sink\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
    }
}

/// Method and path of a request, and the length of its body if it states one.
fn head(reader: &mut impl BufRead) -> io::Result<Option<(String, Option<u64>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = Some(0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            let line = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
            return Ok(Some((line, length)));
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        } else if line.starts_with("transfer-encoding:") {
            length = None;
        }
    }
}

fn skip_chunks(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        io::copy(&mut reader.by_ref().take(size + 2), &mut io::sink())?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn answer(line: &str) -> (u16, Value) {
    let page = |rows: Value| json!({"results": rows, "totalNumberOfPages": 1});
    let data = match line {
        "POST /connect/token" => {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600});
            return (200, token);
        }
        "POST /api/companies/search" => {
            page(json!([{"companyName": "Acme LLC", "companyResourceId": "xC5kfGz7w2Nz"}]))
        }
        "GET /api/custom-fields/company" => json!([]),
        "POST /api/target-users/upload" => json!({"transactionId": "t1", "rowCount": ROWS}),
        "GET /api/target-users/upload/t1" => json!({"fileFieldNames": []}),
        "POST /api/target-users/create-mapping" => json!({"resourceId": "j1"}),
        "GET /api/target-users/mapping-job/j1" => json!({
            "status": "Finished", "newUserCount": ROWS, "existingUserCount": 0,
            "invalidUserCount": 0, "totalRowCount": ROWS,
        }),
        "POST /api/target-users/t1/search" => json!({
            "items": page(json!([])), "newUserCount": ROWS, "existingUserCount": 0,
            "invalidUserCount": 0,
        }),
        line => return (404, json!({"message": line})),
    };
    (200, json!({"status": "SUCCESS", "data": data}))
}

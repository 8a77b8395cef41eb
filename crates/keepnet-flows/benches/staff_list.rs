//! How long checking a staff list takes, against merely reading the same file.
//!
//! `cargo bench -p keepnet-flows` for 100,000 rows; another number of rows may follow `--`.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use keepnet_flows::{Mapper, Sheet};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    if let (Some("--only"), Some(path)) = (arguments.next().as_deref(), arguments.next()) {
        check(Path::new(&path))?;
        println!("peak memory: {} MB", peak_memory().unwrap_or(0) >> 20);
        return Ok(());
    }
    let rows = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let csv = folder.path().join("people.csv");
    let xlsx = folder.path().join("people.xlsx");
    write_csv(&csv, rows)?;
    write_xlsx(&xlsx, rows)?;

    report("csv", &csv, rows, read_csv)?;
    report("xlsx", &xlsx, rows, read_xlsx)?;
    Ok(())
}

type Read = fn(&Path) -> Result<u64, Box<dyn std::error::Error>>;

fn report(
    name: &str,
    path: &Path,
    rows: u32,
    read: Read,
) -> Result<(), Box<dyn std::error::Error>> {
    let (checking, valid) = fastest(|| check(path))?;
    assert_eq!(valid, u64::from(rows), "every made row is valid");
    let (reading, cells) = fastest(|| read(path))?;
    println!(
        "{name}: {rows} rows, {cells} cells, check {checking:.0?}, plain read {reading:.0?}, ratio {:.2}",
        checking.as_secs_f64() / reading.as_secs_f64()
    );
    // A process of its own does not count the memory that making the files took.
    std::process::Command::new(std::env::current_exe()?)
        .arg("--only")
        .arg(path)
        .status()?;
    Ok(())
}

fn check(path: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let sheet = Sheet::open(path)?;
    let mapping = Mapper::new().map(&sheet)?;
    Ok(sheet.check(&mapping)?.counts().valid)
}

fn fastest(
    mut run: impl FnMut() -> Result<u64, Box<dyn std::error::Error>>,
) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
    let mut best = (Duration::MAX, 0);
    for _ in 0..5 {
        let start = Instant::now();
        let result = run()?;
        best = best.min((start.elapsed(), result));
    }
    Ok(best)
}

fn read_csv(path: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let mut cells = 0;
    for record in csv::Reader::from_path(path)?.records() {
        cells += record?.len() as u64;
    }
    Ok(cells)
}

fn read_xlsx(path: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path)?;
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name)?;
    let mut cells = 0;
    while reader.next_cell()?.is_some() {
        cells += 1;
    }
    Ok(cells)
}

const HEADERS: [&str; 8] = [
    "First Name",
    "Last Name",
    "Email Address",
    "Phone Number",
    "Department",
    "Time Zone",
    "Priority",
    "Preferred Language",
];

fn person(row: u32) -> [String; 8] {
    [
        format!("Ayşe {row}"),
        "Öztürk".to_owned(),
        format!("user{row}@globex.example"),
        format!("+9053{row:08}"),
        format!("Department {}", row % 40),
        "Turkey Standard Time".to_owned(),
        ["VeryLow", "Low", "Medium", "High", "VeryHigh"][row as usize % 5].to_owned(),
        "Turkish".to_owned(),
    ]
}

fn write_csv(path: &PathBuf, rows: u32) -> Result<(), Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(HEADERS)?;
    for row in 0..rows {
        writer.write_record(person(row))?;
    }
    Ok(writer.flush()?)
}

fn write_xlsx(path: &PathBuf, rows: u32) -> Result<(), Box<dyn std::error::Error>> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADERS)?;
    for row in 0..rows {
        sheet.write_row(row + 1, 0, person(row))?;
    }
    Ok(book.save(path)?)
}

/// The largest resident size of this process in bytes, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

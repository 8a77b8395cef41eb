//! Finishes an import in another process, from its ticket. No user is created twice.
//!
//! `cargo run -p keepnet-flows --example resume`. The program starts itself twice: the first process
//! ends in the middle of the import, and the second process resumes it.
#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::process::Command;

use keepnet_flows::{
    ClientConfig, Company, Credentials, Reseller, Sheet, TicketFolder, TryStreamExt,
};
use keepnet_sandbox::Sandbox;

const PEOPLE: &str = "E-mail,First name\nnia@acme.example,Nia\nole@acme.example,Ole\n";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [process, url, folder] if process == "first" => start_import(url, folder).await,
        [_, url, folder] => resume_import(url, folder).await,
        _ => run_both().await,
    }
}

async fn start_import(url: &str, folder: &str) -> Result<()> {
    let file = format!("{folder}/people.csv");
    std::fs::write(&file, PEOPLE)?;
    let import = acme(url).await?.import_users(Sheet::open(&file)?);
    let preview = import.ticket(&TicketFolder::new(folder)).await?;
    println!("first process: {preview}");

    let mut import = preview.confirm();
    while import.accepted().is_none() && import.try_next().await?.is_some() {}
    println!("first process: ends before the import is finished");
    Ok(())
}

async fn resume_import(url: &str, folder: &str) -> Result<()> {
    let acme = acme(url).await?;
    let tickets = TicketFolder::new(folder);
    for ticket in tickets.tickets()? {
        if !ticket.is_finished() {
            let rest = acme.resume_import(&tickets, &ticket).await?;
            println!("second process: {}", rest.confirm().await?);
        }
    }
    Ok(())
}

async fn acme(url: &str) -> Result<Company> {
    // For the real service, use your own credentials and remove `base_url`.
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(url);
    let reseller = Reseller::connect(config).await?;
    Ok(reseller.company("Acme LLC").await?)
}

async fn run_both() -> Result<()> {
    let sandbox = Sandbox::builder().start().await?;
    let folder = tempfile::tempdir()?;
    for process in ["first", "second"] {
        let mut program = Command::new(std::env::current_exe()?);
        let program = program.args([process, sandbox.url()]).arg(folder.path());
        println!("{process} process: {}", program.status()?);
    }
    let created = &sandbox.state()["counters"]["usersCreated"];
    println!("users created: {created}");
    Ok(())
}

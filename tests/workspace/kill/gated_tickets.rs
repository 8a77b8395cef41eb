//! A store of tickets whose writes pass the gate.

use std::net::SocketAddr;

use futures::future::BoxFuture;
use keepnet_flows::{Error, Ticket, TicketFolder, TicketLock, TicketStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::gate::PERMISSION;

/// Stops at the gate before and after each write of the ticket.
#[derive(Clone, Debug)]
pub(super) struct GatedTickets {
    pub(super) tickets: TicketFolder,
    pub(super) gate: SocketAddr,
}

impl GatedTickets {
    async fn around<T>(&self, call: impl Future<Output = T>) -> T {
        self.point().await;
        let result = call.await;
        self.point().await;
        result
    }

    async fn point(&self) {
        let mut stream = TcpStream::connect(self.gate).await.unwrap();
        stream.write_all(PERMISSION).await.unwrap();
        stream.read_u8().await.unwrap();
    }
}

impl TicketStore for GatedTickets {
    fn lock<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<TicketLock, Error>> {
        Box::pin(self.around(TicketStore::<Ticket>::lock(&self.tickets, id)))
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Ticket, Error>> {
        TicketStore::find(&self.tickets, id)
    }

    fn write<'a>(&'a self, ticket: &'a Ticket) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.around(self.tickets.write(ticket)))
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        TicketStore::<Ticket>::remove(&self.tickets, id)
    }
}

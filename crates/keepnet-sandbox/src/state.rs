//! Everything the sandbox holds.

mod company;
mod people;
mod transaction;
mod world;

pub(crate) use company::{Company, CompanyIndex, Group};
pub(crate) use people::{Manager, Priority, Text, User};
pub(crate) use transaction::{
    Columns, Field, ImportJob, JobStatus, Mapping, RowCounts, RowFailure, RowStatus, Stage,
    Transaction, ValidationDetail,
};
pub(crate) use world::{Token, World};

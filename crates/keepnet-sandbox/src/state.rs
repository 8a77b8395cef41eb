//! Everything the sandbox holds.

mod access;
mod company;
mod people;
mod transaction;
mod world;

pub(crate) use access::{Client, Secret, SystemUser};
pub(crate) use company::{Company, CompanyIndex, CustomField, Group};
pub(crate) use people::{Manager, Priority, Text, User};
pub(crate) use transaction::{
    Columns, Field, ImportJob, JobStatus, Mapping, RowCounts, RowFailure, RowStatus, Stage,
    Transaction, ValidationDetail,
};
pub(crate) use world::{Token, World};
